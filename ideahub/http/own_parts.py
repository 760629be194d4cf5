"""Own parts: what differs from viewer to viewer on a page that is otherwise the same for many.

A template writes `{{ own_part("vote", idea.id, …) }}` where a viewer has a control of their own.
The page is rendered with a mark in this place, so its text can be shared; each viewer's own parts
are put in afterwards, with what the database says of this viewer now.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar.types import HTTPScope
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import as_markup
from ideahub.core.viewer import Nobody, SharedViewer, Viewer
from ideahub.http.pages import environment, render
from ideahub.http.slots import PartContext, Parts

# Nobody can write these into an idea: they are chosen anew by each process, and never sent.
_SECRET = secrets.token_hex(8)
# Where the viewer's number stands; and an own part, by its number among those of the page.
NUMBER = f"v{_SECRET}e"
MARKS = re.compile(f"(v){_SECRET}e|p{_SECRET}n([0-9]+)e")


@dataclass(frozen=True, slots=True)
class OwnContext(PartContext):
    """What finds own parts: see PartContext. `arrives` is whether the person opens the page, and
    it is no copy that the browser fetches by itself."""

    arrives: bool = False


# Finds the states of the viewer's own parts in these places, by the places' numbers; what is left
# out is as for everybody else. Not asked for strangers.
FindOwn = Callable[[OwnContext, Sequence["OwnPlace"]], Awaitable[Mapping[int, Any]]]


def one_by_one(find: Callable[[AsyncSession, Viewer, int], Awaitable[Any]]) -> FindOwn:
    """Finds the state for each number by itself: for pages about one thing."""

    async def find_each(context: OwnContext, places: Sequence[OwnPlace]) -> Mapping[int, Any]:
        numbers = {place.number for place in places}
        return {number: await find(context.db, context.viewer, number) for number in numbers}

    return find_each


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPart:
    """A kind of own part, which templates name by its `key`.

    `template` shows it, with `values` of its state and what stands at its place. `otherwise` is the
    state for strangers, in pushes, and where `find` names none. `few`: it has so few states that
    texts with them are kept.
    """

    key: str
    template: str
    find: FindOwn
    values: Callable[[Any], Mapping[str, Any]]
    otherwise: Any = None
    few: bool = True

    def text(self, state: Any, given: Mapping[str, Any]) -> str:
        """What stands at a place with these values."""
        return render(self.template, **given, **self.values(state))


OwnParts = Mapping[str, OwnPart]


@dataclass(slots=True)
class OwnPlace:
    """A place for an own part: the number of the thing that it is about, and what is known of it
    whoever the viewer is."""

    part: OwnPart
    number: int
    given: Mapping[str, Any]
    _texts: dict[Any, str] = field(default_factory=dict)

    def text(self, state: Any) -> str:
        """What stands here in this state."""
        if not self.part.few and state != self.part.otherwise:
            return self.part.text(state, self.given)
        if state not in self._texts:
            self._texts[state] = self.part.text(state, self.given)
        return self._texts[state]


class PlacesInPage:
    """Is `own_part` in the templates of one page: marks places, and remembers them."""

    def __init__(self, parts: OwnParts) -> None:
        self._parts = parts
        self.found: list[OwnPlace] = []

    def __call__(self, key: str, number: int = 0, /, **given: Any) -> Markup:
        """The mark of a place."""
        self.found.append(OwnPlace(self._parts[key], number, given))
        return as_markup(f"p{_SECRET}n{len(self.found) - 1}e")


def shared_viewer(viewer: Viewer) -> Viewer:
    """Everyone who is shown the same as this person; for a stranger, the stranger."""
    if not viewer.signed_in:
        return viewer
    return SharedViewer(
        id=Nobody(NUMBER),  # type: ignore[arg-type]
        organisation_id=viewer.organisation_id,
        organisations=viewer.organisations,
        grants=viewer.grants,
        cursor=viewer.cursor,
        language=viewer.language,
        suspended_until=viewer.suspended_until,
        partly_suspended_until=viewer.partly_suspended_until,
    )


def show_as_to_others(parts: OwnParts) -> None:
    """Lets templates outside of pages, such as pushes, show own parts as everybody else sees
    them."""

    def own_part(key: str, _number: int = 0, /, **given: Any) -> Markup:
        part = parts[key]
        return as_markup(part.text(part.otherwise, given))

    environment.globals["own_part"] = own_part


def own_context(db: AsyncSession, viewer: Viewer, parts: Parts, scope: HTTPScope) -> OwnContext:
    """The context in which the own parts of a requested page are found."""
    return OwnContext(db, viewer, parts, arrives=arrives(scope))


AHEAD = {b"sec-purpose", b"purpose", b"x-moz"}


def arrives(scope: HTTPScope) -> bool:
    """Whether a person opens the page: neither a script that fetches a copy of it, nor a browser
    that does so in case that it is opened later."""
    headers = dict(scope["headers"])
    navigates = headers.get(b"sec-fetch-mode") == b"navigate"
    fetched_ahead = any(b"pre" in headers.get(name, b"") for name in AHEAD)
    return scope["method"] == "GET" and navigates and not fetched_ahead
