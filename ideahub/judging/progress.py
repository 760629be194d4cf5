"""How far the judges of a panel are: only counts, never a score."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry
from ideahub.judging.judged_entries import COUNTED, PHASE_ID
from ideahub.judging.models import (
    Assignment,
    ConflictDeclaration,
    Panel,
    PanelJudge,
    Scorecard,
)
from ideahub.judging.panels import PanelView
from ideahub.judging.visibility import CARD_IS_FINAL, STANDS
from ideahub.organisations.models import Person

PANEL_ID = bindparam("panel_id", type_=BigInteger)
MOST_SHOWN = 50
# In one go for all judges or entries: counted for each of them, it takes several times as long.
_each_judge = (
    select(
        Assignment.judge_id,
        func.count().label("assigned"),
        func.count().filter(Scorecard.saved > 0).label("begun"),
        func.count().filter(CARD_IS_FINAL).label("final"),
    )
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .where(Assignment.panel_id == PANEL_ID, STANDS)
    .group_by(Assignment.judge_id)
    .subquery("of_judge")
)
_conflicts = (
    select(func.count())
    .where(ConflictDeclaration.judge_id == PanelJudge.id)
    .correlate(PanelJudge)
    .scalar_subquery()
)
JUDGES = (
    select(
        PanelJudge.id,
        PanelJudge.label,
        PanelJudge.address,
        Person.name,
        PanelJudge.created_at,
        PanelJudge.expires_at,
        (PanelJudge.expires_at <= func.statement_timestamp()).label("expired"),
        PanelJudge.accepted_at,
        PanelJudge.declined_at,
        PanelJudge.declared_at,
        PanelJudge.removed_at,
        PanelJudge.removal_reason,
        PanelJudge.reminded_at,
        PanelJudge.expertise,
        _conflicts.label("conflicts"),
        *(
            func.coalesce(_each_judge.c[name], 0).label(name)
            for name in ("assigned", "begun", "final")
        ),
    )
    .outerjoin(Person, Person.id == PanelJudge.person_id)
    .outerjoin(_each_judge, _each_judge.c.judge_id == PanelJudge.id)
    .where(PanelJudge.panel_id == PANEL_ID)
    .order_by(PanelJudge.label)
)


class JudgeProgress(msgspec.Struct, frozen=True):
    """A judge, with how many entries they have, have begun and have finished."""

    id: int
    label: int
    address: str
    name: str | None
    created_at: datetime
    expires_at: datetime
    expired: bool
    accepted_at: datetime | None
    declined_at: datetime | None
    declared_at: datetime | None
    removed_at: datetime | None
    removal_reason: str
    reminded_at: datetime | None
    expertise: list[str]
    conflicts: int
    assigned: int
    begun: int
    final: int

    @property
    def who(self) -> str:
        """The name; the address of somebody who has not accepted yet."""
        return self.name or self.address

    @property
    def is_behind(self) -> bool:
        """Whether they judge, and have something left to do."""
        judges = self.accepted_at is not None and self.removed_at is None
        return judges and (self.declared_at is None or self.final < self.assigned)


_each_entry = (
    select(
        Assignment.entry_id,
        func.count().label("judges"),
        func.count().filter(CARD_IS_FINAL).label("final"),
    )
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .where(Assignment.panel_id == PANEL_ID, STANDS)
    .group_by(Assignment.entry_id)
    .subquery("of_entry")
)
_each = (
    select(
        Entry.id,
        Entry.number,
        Entry.title,
        *(func.coalesce(_each_entry.c[name], 0).label(name) for name in ("judges", "final")),
    )
    .outerjoin(_each_entry, _each_entry.c.entry_id == Entry.id)
    .where(Entry.id.in_(select(COUNTED.c.id).where(COUNTED.c.phase_id == PHASE_ID)))
    .subquery("each")
)
WANTED = bindparam("wanted", type_=BigInteger)
COVERAGE = select(
    func.count().label("entries"),
    func.count().filter(_each.c.judges >= WANTED).label("covered"),
    func.count().filter(_each.c.final >= WANTED).label("finished"),
    func.coalesce(func.sum(_each.c.judges), 0).label("assigned"),
    func.coalesce(func.sum(_each.c.final), 0).label("final"),
)
LACKING = (
    select(_each.c.id, _each.c.number, _each.c.title, _each.c.judges, _each.c.final)
    .where(_each.c.judges < WANTED)
    .order_by(_each.c.judges, _each.c.id)
    .limit(constant(MOST_SHOWN))
)


class Coverage(msgspec.Struct, frozen=True):
    """Of how many entries how many have enough judges, and how many are scored by as many."""

    entries: int
    covered: int
    finished: int
    assigned: int
    final: int


class LackingEntry(msgspec.Struct, frozen=True):
    """An entry with fewer judges than wanted."""

    id: int
    number: int | None
    title: str
    judges: int
    final: int


class PanelProgress(msgspec.Struct, frozen=True):
    """How far a panel is."""

    judges: list[JudgeProgress]
    wanted: int
    coverage: Coverage
    lacking: list[LackingEntry]

    @property
    def behind(self) -> list[JudgeProgress]:
        """The judges who have something left to do."""
        return [judge for judge in self.judges if judge.is_behind]


async def judges_of(db: AsyncSession, panel_id: int) -> list[JudgeProgress]:
    """The judges of a panel in the order of their invitations."""
    found = await rows_of(db, JUDGES, {"panel_id": panel_id})
    return [JudgeProgress(**row._mapping) for row in found]


async def progress_of(db: AsyncSession, panel: PanelView) -> PanelProgress:
    """How far the judges of a panel are. Where every judge scores every entry, those are wanted
    for each who have declared; not who was invited later, for third readings."""
    judges, wanted = await judges_of(db, panel.id), panel.judges_per_entry
    if wanted is None:
        here = [one for one in judges if one.declared_at and not one.removed_at]
        end = panel.closed_at
        wanted = len([one for one in here if end is None or one.created_at <= end])
    asked = {"panel_id": panel.id, PHASE_ID.key: panel.entries_phase_id, "wanted": wanted}
    (covered,) = await rows_of(db, COVERAGE, asked)
    lacking = await rows_of(db, LACKING, asked)
    numbers = {name: int(value) for name, value in covered._mapping.items()}
    return PanelProgress(
        judges=judges,
        wanted=wanted,
        coverage=Coverage(**numbers),
        lacking=[LackingEntry(**row._mapping) for row in lacking],
    )


OF_CAMPAIGN = (
    select(
        Panel.id,
        func.count(Assignment.id).label("assigned"),
        func.count(Assignment.id).filter(CARD_IS_FINAL).label("final"),
    )
    .select_from(Panel)
    .outerjoin(Assignment, and_(Assignment.panel_id == Panel.id, STANDS))
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .where(Panel.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .group_by(Panel.id)
)


async def coverage_of(db: AsyncSession, campaign_id: int) -> dict[int, tuple[int, int]]:
    """For each panel of a campaign how many scorecards are asked for, and how many are final."""
    found = await rows_of(db, OF_CAMPAIGN, {"campaign_id": campaign_id})
    return {row.id: (row.assigned, row.final) for row in found}
