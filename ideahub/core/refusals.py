"""The ways a rule can say no. http/explaining.py turns each into an answer."""

from collections.abc import Mapping

from ideahub.core.i18n import N_, _

NOT_FOUND = N_("There is nothing at this address, or it is not open to you.")


class Refused(Exception):
    """Something cannot be done; `reason` is a whole sentence for the person who tried.

    `field` is the field of a form that has to be mended, `errors` the sentence of each field
    where there are several.
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


class Forbidden(Refused):
    """The person may know of the thing, but may not do this with it."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or this person may not know of it: one sentence for both, and for
    things of every kind, so that nobody learns from it what there is."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_(NOT_FOUND))


class Conflict(Refused):
    """It could be done at another moment: a closed phase, a state that has moved on."""

    status = 409


class Invalid(Refused):
    """What was sent cannot be used as it is."""

    status = 422


class TooMany(Refused):
    """Too often in too short a time."""

    status = 429


class Busy(Refused):
    """Too many others want the same at this moment; a little later it can be done."""

    status = 503
