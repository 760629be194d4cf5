"""Slots: named places in a page where higher features show their part of a thing.

The page of an idea knows nothing of pledges or gates. Its template has slots ("aside", "body", …)
and includes whatever templates the features put there; each finds its own data, which its
templates find under the part's key.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest


@dataclass(frozen=True, slots=True)
class Filling:
    """What parts are found with: for whom, and which parts there are."""

    db: AsyncSession
    viewer: Viewer
    parts: "Parts"


def filling_of(request: AnyRequest, db: AsyncSession, viewer: Viewer) -> Filling:
    """What the parts of the page that was asked for are found with."""
    return Filling(db, viewer, request.app.state.parts)


# Finds what a part shows of the thing whose page it is. For a page: names and values; its "can"
# names the controls this viewer gets to see, its "rooms" what the open page listens to besides.
# For cards, of which there are many: by their numbers.
FindPart = Callable[[Filling, Any], Awaitable[Mapping[Any, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a feature shows on a page of a lower one.

    `page` is the name of the page, such as "idea", and `key` the name by which the templates
    of the part find its data. `templates` are what stands in which slot of the page. `queries`
    is how many queries `find` makes at most; tests hold it to that.
    """

    page: str
    key: str
    find: FindPart
    templates: Mapping[str, str]
    queries: int


Parts = Mapping[str, tuple[Part, ...]]


@dataclass(slots=True)
class Slots:
    """The parts of one page, filled for one viewer: the templates in each slot, and the data of
    each part by its key."""

    templates: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    data: dict[str, Mapping[Any, Any]] = field(default_factory=dict)
    can: set[str] = field(default_factory=set)
    rooms: list[str] = field(default_factory=list)

    @property
    def context(self) -> dict[str, Any]:
        """What the page's template takes: the data of each part by its key, and `slots`."""
        return {**self.data, "slots": self.templates}


def parts_by_page(parts: Iterable[Part]) -> Parts:
    """The parts of each page, in the order of the features."""
    found: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        found[part.page].append(part)
    return {page: tuple(some) for page, some in found.items()}


async def fill_slots(
    filling: Filling,
    page: str,
    subject: Any,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
) -> Slots:
    """Finds what each part of this page shows of the subject.

    `overrides` replace some of what a part found, such as its empty form by one that came back.
    """
    slots = Slots()
    for part in filling.parts.get(page, ()):
        data = {**await part.find(filling, subject), **(overrides or {}).get(part.key, {})}
        slots.data[part.key] = data
        slots.can |= set(data.get("can", ()))
        slots.rooms += data.get("rooms", ())
        for slot, template in part.templates.items():
            slots.templates[slot].append(template)
    return slots
