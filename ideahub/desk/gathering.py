"""Gathers what waits for a person, in sections: the desk, and the short list on their home page."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import N_, _
from ideahub.core.viewer import Viewer
from ideahub.desk.reported import MOST as MOST_REPORTS
from ideahub.desk.reported import conditions_reported
from ideahub.desk.seeking import MOST as MOST_CONCERNS
from ideahub.desk.seeking import concerns_raised, ideas_seeking
from ideahub.pipeline.waiting import MOST_LOOKED_AT, gates_to_decide
from ideahub.responses.queries import MOST_OWED, owed_by
from ideahub.sponsorship.keeping import is_due
from ideahub.sponsorship.queries import MOST_WAITING, waiting_pledges

SHOWN, PAGE = 5, 20
# The sections in the order of the page, each with its heading.
HEADINGS = {
    "answers": N_("Answers that you owe"),
    "gates": N_("Gates that wait for your decision"),
    "offers": N_("Offers to your ideas"),
    "promises": N_("Promises that are due"),
    "reports": N_("People say that your condition has come true"),
    "concerns": N_("Concerns about ideas that you sponsor"),
    "started": N_("What you promised, and goes on"),
    "seeking": N_("Ideas that seek what you can give"),
}
# How many are looked up of each at most.
MOST = {
    "answers": MOST_OWED,
    "gates": MOST_LOOKED_AT,
    "offers": MOST_WAITING,
    "promises": MOST_WAITING,
    "started": MOST_WAITING,
    "reports": MOST_REPORTS,
    "concerns": MOST_CONCERNS,
}
# What goes on without the person, or could be given.
GOES_ON = frozenset({"started", "seeking"})
# What also stands on the home page, as it cannot wait.
ON_HOME = ("answers", "gates", "offers", "promises")


class DeskSection(msgspec.Struct, frozen=True):
    """What waits of one kind; `more`: there are others, which the section's own page has."""

    key: str
    items: Sequence[Any]
    number: int
    # Others wait as well, and take the place of those that are done.
    is_cut: bool = False

    @property
    def heading(self) -> str:
        """The section's heading."""
        return _(HEADINGS[self.key])

    @property
    def presses(self) -> bool:
        """Whether somebody waits for the person to do these."""
        return self.key not in GOES_ON

    @property
    def template(self) -> str:
        """The template that shows its items."""
        return f"desk/_{self.key}.html"

    @property
    def more(self) -> bool:
        """Whether there are others than those shown."""
        return self.number > len(self.items)


async def desk_of(db: AsyncSession, viewer: Viewer) -> list[DeskSection]:
    """Everything that waits for the viewer, whole sections; raises SignInNeeded."""
    pressing = await pressing_of(db, viewer)
    found = {
        **pressing,
        "reports": await conditions_reported(db, viewer),
        "concerns": await concerns_raised(db, viewer),
        "seeking": await ideas_seeking(db, viewer),
    }
    return _sections(found, HEADINGS)


async def pressing_of(db: AsyncSession, viewer: Viewer) -> dict[str, Sequence[Any]]:
    """What waits for the viewer and has a day or somebody who waits, by section."""
    viewer.must_sign_in()
    offers, promised = await waiting_pledges(db, viewer)
    on = datetime.now(UTC).date()
    return {
        "answers": await owed_by(db, viewer),
        "gates": await gates_to_decide(db, viewer),
        "offers": offers,
        "promises": [pledge for pledge in promised if is_due(pledge, on)],
        "started": [pledge for pledge in promised if not is_due(pledge, on)],
    }


def shortened(sections: Sequence[DeskSection]) -> list[DeskSection]:
    """The sections with their first items only."""
    return [msgspec.structs.replace(each, items=each.items[:SHOWN]) for each in sections]


def page_after(section: DeskSection, after: int | None) -> tuple[DeskSection, int | None]:
    """The items of a section after the one with this number, and after which the next page begins,
    None on the last; the first items where that one does not wait any more."""
    numbers = [item.id for item in section.items]
    start = numbers.index(after) + 1 if after in numbers else 0
    items = section.items[start : start + PAGE]
    is_last = start + PAGE >= len(numbers)
    return (
        msgspec.structs.replace(section, items=items),
        None if is_last else items[-1].id,
    )


async def home_of(db: AsyncSession, viewer: Viewer) -> list[DeskSection]:
    """The sections for the home page, with their first items."""
    return shortened(_sections(await pressing_of(db, viewer), ON_HOME, empty=True))


def _sections(
    found: Mapping[str, Sequence[Any]], keys: Iterable[str], *, empty: bool = False
) -> list[DeskSection]:
    """The sections of these keys, also the empty ones if asked."""
    numbers = {key: len(some) for key, some in found.items()}
    # Both come from one list, of which what goes on is the end.
    numbers["started"] += numbers["promises"]
    return [
        DeskSection(key, found[key], len(found[key]), numbers[key] >= MOST.get(key, math.inf))
        for key in keys
        if found[key] or empty
    ]
