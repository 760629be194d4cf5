"""What strangers are asked to sign in for: the words for it, and what is done afterwards."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer

# Gets a session, a viewer, and the number in the address; returns a sentence. Raises a refusal.
Say = Callable[[AsyncSession, Viewer, int], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSignIn:
    """A deed or page for which somebody has to sign in.

    `address` is that of the deed or page, with {} for its number. `say` tells what one signs in
    for, as a stranger may read it: "Sign in to support …". `do`, for a deed that is one press, does
    it for the person who has signed in, and tells that it is done. `place` is where somebody comes
    back to, with {} for the number: the control (its fragment also on another page that they came
    from), or the page with the form; `own_page`, where the form has one besides, is the place for
    those who sent it from there.
    """

    address: str
    say: Say | None = None
    do: Say | None = None
    place: str = ""
    own_page: str = ""
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Makes the pattern of the address."""
        pattern = re.escape(self.address).replace(r"\{\}", r"(\d{1,18})")
        object.__setattr__(self, "pattern", re.compile(pattern))


class Wanted(NamedTuple):
    """What somebody signs in for, and its number; 0 where the address has none."""

    what: AfterSignIn
    number: int

    @property
    def place(self) -> str:
        """Where the control stands, as `page#fragment`."""
        return self.what.place.replace("{}", str(self.number))

    @property
    def own_page(self) -> str:
        """The page that has the form alone; empty where there is none."""
        return self.what.own_page.replace("{}", str(self.number))


def wanted_at(known: Iterable[AfterSignIn], address: str) -> Wanted | None:
    """What somebody signs in for at this address, without its query; None where nobody says."""
    for what in known:
        if match := what.pattern.fullmatch(address):
            return Wanted(what, int(match[1]) if match.re.groups else 0)
    return None
