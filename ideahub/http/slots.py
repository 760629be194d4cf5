"""Slots: named places in a page of one feature where other features show their parts.

The page of an idea knows nothing of pledges or gates. Its template has slots ("aside", "body", …)
and includes the templates that features put there. Each part finds its own data, which is given
to its templates under the part's key.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest


@dataclass(frozen=True, slots=True)
class PartContext:
    """What the `find` of a part gets: a session, the viewer, and all parts for slots within it."""

    db: AsyncSession
    viewer: Viewer
    parts: "Parts"


def part_context(request: AnyRequest, db: AsyncSession, viewer: Viewer) -> PartContext:
    """The context of the parts of the requested page."""
    return PartContext(db, viewer, request.app.state.parts)


# Finds what a part shows of a subject. For a page the subject is the row that it shows, and the
# result has names and values; of these, "can" names the controls that the viewer may use, "rooms"
# the rooms that the page also listens to, "shown" those whose deeds change what it shows, and
# "apart" the numbers of people to whom a page that is shared is shown otherwise. For cards the
# subject is their numbers, and the result has the values for each number.
FindPart = Callable[[PartContext, Any], Awaitable[Mapping[Any, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a feature shows on a page of an earlier feature.

    `page` is the name of the page, such as "idea"; `key` is the name under which the part's
    templates get its data. `templates` has a template for each slot. `queries` is how many
    queries `find` makes at most, which tests check.
    """

    page: str
    key: str
    find: FindPart
    templates: Mapping[str, str]
    queries: int


Parts = Mapping[str, tuple[Part, ...]]


@dataclass(slots=True)
class Slots:
    """The parts of one page for one viewer: the templates in each slot, the data of each part by
    its key, and what the parts name in "can", "rooms", "shown" and "apart"."""

    templates: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    data: dict[str, Mapping[Any, Any]] = field(default_factory=dict)
    can: set[str] = field(default_factory=set)
    rooms: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)

    @property
    def context(self) -> dict[str, Any]:
        """The variables for the page's template: the data of each part by its key, and `slots`."""
        return {**self.data, "slots": self.templates}


def parts_by_page(parts: Iterable[Part]) -> Parts:
    """The parts of each page, in the order of the features."""
    found: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        found[part.page].append(part)
    return {page: tuple(some) for page, some in found.items()}


async def fill_slots(context: PartContext, page: str, subject: Any) -> Slots:
    """Finds the data of each part of this page."""
    slots = Slots()
    for part in context.parts.get(page, ()):
        data = await part.find(context, subject)
        slots.data[part.key] = data
        slots.can |= set(data.get("can", ()))
        slots.rooms += data.get("rooms", ())
        slots.shown += data.get("shown", ())
        slots.apart |= set(data.get("apart", ()))
        for slot, template in part.templates.items():
            slots.templates[slot].append(template)
    return slots
