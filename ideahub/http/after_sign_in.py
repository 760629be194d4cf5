"""What strangers are asked to sign in for: the words for it, and what is done afterwards."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest

# Gets a session, a viewer, and the number in the address, or what its query names; returns a
# sentence. Raises a refusal.
Say = Callable[[AsyncSession, Viewer, Any], Awaitable[str]]
# The same for what can be found on a page of this application only.
SayHere = Callable[[AnyRequest, AsyncSession, Viewer, int], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSignIn:
    """A deed or page for which somebody has to sign in.

    `address` is that of the deed or page, with {} for its number; `named` is the part of its query
    that names a thing without a number. `say` tells what one signs in for, as a stranger may read
    it: "Sign in to support …". `do` (or `do_here`), for a deed that is one press, does it for the
    person who has signed in, and tells that it is done. `place` is where somebody comes
    back to, with {} for the number: the control (its fragment also on another page that they came
    from), or the page with the form; `own_page`, where the form has one besides, is the place for
    those who sent it from there.
    """

    address: str
    say: Say | None = None
    do: Say | None = None
    do_here: SayHere | None = None
    place: str = ""
    named: str = ""
    own_page: str = ""
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        """Makes the pattern of the address."""
        pattern = re.escape(self.address).replace(r"\{\}", r"(\d{1,18})")
        object.__setattr__(self, "pattern", re.compile(pattern))

    @property
    def is_one_press(self) -> bool:
        """Whether it is done for whoever has signed in."""
        return self.do is not None or self.do_here is not None


class Wanted(NamedTuple):
    """What somebody signs in for, and its number, or what the query names; 0 where the address has
    neither."""

    what: AfterSignIn
    number: Any

    @property
    def place(self) -> str:
        """Where the control stands, as `page#fragment`."""
        return self.what.place.replace("{}", quote(str(self.number), safe=""))

    @property
    def own_page(self) -> str:
        """The page that has the form alone; empty where there is none."""
        return self.what.own_page.replace("{}", str(self.number))

    async def done(self, request: AnyRequest, db: AsyncSession, viewer: Viewer) -> str:
        """Does it, and tells that it is done; empty where it is no single press. Raises a
        refusal."""
        if self.what.do_here:
            return await self.what.do_here(request, db, viewer, self.number)
        return await self.what.do(db, viewer, self.number) if self.what.do else ""


def wanted_at(known: Iterable[AfterSignIn], address: str) -> Wanted | None:
    """What somebody signs in for at this address; None where nobody says."""
    path, _mark, query = address.partition("?")
    for what in known:
        if match := what.pattern.fullmatch(path):
            if what.named:
                return Wanted(what, parse_qs(query).get(what.named, [""])[0])
            return Wanted(what, int(match[1]) if match.re.groups else 0)
    return None
