"""The refusals that rules raise. http/explaining.py turns each into an answer."""

from collections.abc import Mapping

from ideahub.core.i18n import N_, _

VERY_MANY = N_(
    "Very many people are here just now. Nothing was saved, nothing is lost. "
    "Try again in a few seconds."
)
NOT_FOUND = N_("There is nothing at this address, or it is not open to you.")


class Refused(Exception):
    """Something cannot be done; `reason` is a whole sentence for the person who tried.

    `field` is the field of a form that has to be corrected; `errors` has a sentence for each
    field, where there are several. `status` is the HTTP status of the answer.
    """

    status = 400

    def __init__(
        self, reason: str = "", *, field: str = "", errors: Mapping[str, str] | None = None
    ) -> None:
        self.errors = dict(errors or ({field: reason} if field else {}))
        self.reason = reason or " ".join(self.errors.values())
        super().__init__(self.reason)


class SignInNeeded(Refused):
    """Only a signed-in person may do this."""

    status = 401


class ProofNeeded(Refused):
    """Whoever is signed in has to prove anew who they are, before this is done."""

    status = 403


class Forbidden(Refused):
    """The person may know that the thing exists, but may not do this with it."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or this person may not know that it exists.

    The sentence is the same for both and for every kind of thing, so that it tells nothing about
    what exists.
    """

    status = 404

    def __init__(self) -> None:
        super().__init__(_(NOT_FOUND))


class Conflict(Refused):
    """It could be done at another moment: a closed phase, a state that has moved on."""

    status = 409


class TooMuch(Refused):
    """There is more of it than can be kept."""

    status = 413


class Invalid(Refused):
    """What was sent cannot be used as it is."""

    status = 422


class TooMany(Refused):
    """A rate limit was reached."""

    status = 429


class Busy(Refused):
    """Too many requests want the same at this moment; later it can be done."""

    status = 503
