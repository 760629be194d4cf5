"""Third readings as managers see them, and who could do one."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.phases import NOW
from ideahub.core.db import rows_of
from ideahub.core.refusals import NotFound
from ideahub.judging.assigning import judges_to_assign
from ideahub.judging.conflicts import conflicting_pairs
from ideahub.judging.expertise import expert_pairs
from ideahub.judging.judged_entries import judged_entries
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelJudge,
    Recusal,
    Scorecard,
    ThirdReading,
)
from ideahub.organisations.models import Person

PANEL_ID = bindparam("panel_id", type_=BigInteger)
ENTRY_ID = bindparam("entry_id", type_=BigInteger)
Asker = aliased(Person, name="asker")
READINGS = (
    select(
        ThirdReading.id,
        Assignment.entry_id,
        Assignment.judge_id,
        Person.name.label("judge"),
        PanelJudge.label,
        Asker.name.label("asked_by"),
        ThirdReading.created_at,
        ThirdReading.closes_at,
        ThirdReading.timezone,
        Scorecard.final_at,
        Recusal.created_at.label("recused_at"),
        ThirdReading.withdrawn_at,
        (ThirdReading.closes_at <= NOW).label("is_over"),
    )
    .join(Assignment, Assignment.id == ThirdReading.assignment_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .join(Person, Person.id == PanelJudge.person_id)
    .join(Asker, Asker.id == ThirdReading.asked_by)
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .outerjoin(Recusal, Recusal.assignment_id == Assignment.id)
    .where(Assignment.panel_id == PANEL_ID)
    .order_by(ThirdReading.id)
)
READ_BY = select(Assignment.judge_id).where(
    Assignment.panel_id == PANEL_ID, Assignment.entry_id == ENTRY_ID
)
LOADS = (
    select(Assignment.judge_id, func.count())
    .where(Assignment.panel_id == PANEL_ID, Assignment.ended_at.is_(None))
    .group_by(Assignment.judge_id)
)
NAMES = (
    select(PanelJudge.id, Person.name)
    .join(Person, Person.id == PanelJudge.person_id)
    .where(PanelJudge.panel_id == PANEL_ID)
)


class ThirdReadingView(msgspec.Struct, frozen=True):
    """A third reading: how far it is, and nothing of what was scored."""

    id: int
    entry_id: int
    judge_id: int
    judge: str
    label: int
    asked_by: str
    created_at: datetime
    closes_at: datetime
    timezone: str
    final_at: datetime | None
    recused_at: datetime | None
    withdrawn_at: datetime | None
    is_over: bool

    @property
    def is_open(self) -> bool:
        """Whether the judge has still to score."""
        return self.counts and not self.final_at and not self.is_over

    @property
    def counts(self) -> bool:
        """Whether it counts once it is finished: neither taken back nor stepped back from."""
        return not self.withdrawn_at and not self.recused_at


class Reader(msgspec.Struct, frozen=True):
    """A judge who can read an entry: `load` is how many entries they have, and `knows` whether they
    have declared to know what it is about."""

    id: int
    label: int
    name: str
    load: int
    knows: bool


async def readings_of(db: AsyncSession, panel_id: int) -> list[ThirdReadingView]:
    """The third readings of a panel, the oldest first."""
    return [ThirdReadingView(*row) for row in await rows_of(db, READINGS, {PANEL_ID.key: panel_id})]


async def readers_of(
    db: AsyncSession, panel: Panel, entry_id: int, apart: Collection[int]
) -> list[Reader]:
    """The judges who can read an entry once more, those with the fewest entries first; of these
    the ones who know what it is about. Left out are those who have it or had it, who have a
    conflict of interest, who looked at scores, and the people in `apart`.

    Raises NotFound for an entry that this panel does not judge.
    """
    entries = [
        one for one in await judged_entries(db, panel.entries_phase_id) if one.id == entry_id
    ]
    if not entries:
        raise NotFound
    asked = {PANEL_ID.key: panel.id, ENTRY_ID.key: entry_id}
    blocked = {judge for _entry, judge in await conflicting_pairs(db, panel.id, entries)}
    blocked |= {judge_id for (judge_id,) in await rows_of(db, READ_BY, asked)}
    free = [
        judge
        for judge in await judges_to_assign(db, panel.id)
        if judge.id not in blocked and judge.person_id not in apart
    ]
    experts = {judge for _entry, judge in await expert_pairs(db, free, entries)}
    loads: dict[int, int] = dict(map(tuple, await rows_of(db, LOADS, asked)))
    names: dict[int, str] = dict(map(tuple, await rows_of(db, NAMES, asked)))
    found = [
        Reader(one.id, one.label, names[one.id], loads.get(one.id, 0), one.id in experts)
        for one in free
    ]
    return sorted(found, key=lambda one: (one.load, not one.knows, one.label))
