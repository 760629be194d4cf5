"""Queries for results: how far each panel is, the places of a run, and what is published."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, String, and_, any_, bindparam, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.money import money
from ideahub.core.paging import place_after
from ideahub.core.viewer import Viewer
from ideahub.entries.models import Entry, EntryRevision, TriageDecision
from ideahub.judging.models import Assignment, Panel, PanelJudge, ThirdReading
from ideahub.judging.visibility import IS_FINAL, READS_ON, STANDS
from ideahub.organisations.models import Person
from ideahub.results.models import (
    Advancement,
    Appeal,
    Award,
    DeliberationDecision,
    DeliberationItem,
    EntrantAnswer,
    PanelResult,
    RunPlace,
    ScoreRun,
)

AT_ONCE = 100
PANEL_IDS = any_(bindparam("panel_ids", type_=ARRAY(BigInteger)))
RUN_ID = bindparam("run_id", type_=BigInteger)
# Entries without a rank come last.
LAST_RANK = 2**40


class PanelState(msgspec.Struct, frozen=True, kw_only=True):
    """How far the result of a panel is."""

    panel_id: int
    name: str
    closed_at: datetime | None
    runs: int
    last_run: int | None
    last_run_at: datetime | None
    result_id: int | None
    result_run: int | None
    published_at: datetime | None
    published_by: str | None
    appeals_until: datetime | None
    timezone: str | None
    answers_from: datetime | None
    final_at: datetime | None
    appeals: int
    open_appeals: int
    ranked: int
    answers: int
    signed: int
    # Not eligible, so not ranked: the reason of that decision is their answer.
    turned_away: int
    awards: int
    confirmed: int
    advanced: int
    decisions: int
    # Third readings that were asked for; that are still open; that came in after the last run.
    readings: int
    open_readings: int
    new_readings: int
    zone: str
    now: datetime

    @property
    def is_open_to_appeal(self) -> bool:
        """Whether entrants can appeal now."""
        return bool(self.appeals_until and not self.final_at and self.now < self.appeals_until)

    @property
    def entrants(self) -> int:
        """How many entries are to be answered."""
        return max(self.ranked, self.answers) + self.turned_away

    @property
    def answered(self) -> int:
        """How many of them are."""
        return self.signed + self.turned_away

    @property
    def is_behind(self) -> bool:
        """Whether a newer run waits for its publication."""
        return self.result_run is not None and self.result_run != self.runs


class PlaceView(msgspec.Struct, frozen=True):
    """The place of an entry in a run; what names its people is shown to managers only."""

    entry_id: int
    number: int | None
    title: str
    team_name: str
    rank: int | None
    value: Decimal | None
    is_shared: bool


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """A published result of a panel."""

    id: int
    panel_id: int
    panel_name: str
    run_id: int
    run_number: int
    published_at: datetime
    appeals_until: datetime
    timezone: str
    answers_from: datetime | None
    final_at: datetime | None
    replaced_at: datetime | None
    note_html: str
    now: datetime

    @property
    def is_final(self) -> bool:
        """Whether nothing takes its place any more."""
        return self.final_at is not None

    @property
    def is_open_to_appeal(self) -> bool:
        """Whether entrants can appeal against it now."""
        return not self.is_final and self.now < self.appeals_until and self.replaced_at is None


class AwardView(msgspec.Struct, frozen=True):
    """A confirmed award, as everyone sees it."""

    id: int
    entry_id: int
    number: int | None
    entry_title: str
    team_name: str
    people: list[dict[str, Any]]
    title: str
    amount: Decimal | None
    currency: str
    reason: str
    confirmed_at: datetime
    panel_id: int | None

    @property
    def money(self) -> str:
        """The amount with its currency; empty where it is no money."""
        return money(self.amount, self.currency) if self.amount and self.currency else ""


class DecidedAppeal(msgspec.Struct, frozen=True):
    """A decided appeal, as everyone sees it: of which entry, how it was decided, and why."""

    number: int | None
    is_upheld: bool
    reason: str
    decided_at: datetime


_newest = aliased(ScoreRun)
_published = aliased(ScoreRun)


def _count(column: Any, *where: Any) -> Any:
    found = select(func.count(column)).where(*where)
    return found.correlate(Panel, PanelResult).scalar_subquery()


_of_panel = PanelResult.panel_id == Panel.id
_any_result = aliased(PanelResult)
_appeals = (
    select(func.count(Appeal.id))
    .join(_any_result, _any_result.id == Appeal.result_id)
    .where(_any_result.panel_id == Panel.id)
    .correlate(Panel)
)
_awards = (
    select(func.count(Award.id))
    .join(_any_result, _any_result.id == Award.result_id)
    .where(_any_result.panel_id == Panel.id, Award.revoked_at.is_(None))
    .correlate(Panel)
)
_advanced = (
    select(func.count(Advancement.id))
    .join(_any_result, _any_result.id == Advancement.result_id)
    .where(_any_result.panel_id == Panel.id)
    .correlate(Panel)
)
_decided = (
    select(func.count(DeliberationDecision.id))
    .join(DeliberationItem, DeliberationItem.id == DeliberationDecision.item_id)
    .where(DeliberationItem.panel_id == Panel.id)
    .correlate(Panel)
)
_readings = (
    select(func.count(ThirdReading.id))
    .join(Assignment, Assignment.id == ThirdReading.assignment_id)
    .where(Assignment.panel_id == Panel.id)
    .correlate(Panel, _newest)
)


def _key(letter: str, number: Any, digits: int) -> Any:
    """A key of an entry or judge, as results/collecting.py writes it."""
    text = cast(number, String)
    width = func.greatest(constant(digits), func.length(text))
    return func.concat(letter, func.lpad(text, width, "0"))


# How the pair of an entry and a judge stands in what a run has read.
READ_PAIR = func.concat(
    '["',
    _key("E", Entry.number, 4),
    '","',
    _key("J", PanelJudge.label, 2),
    '"]',
)
_later = aliased(TriageDecision)
_turned_away = (
    select(func.count(Entry.id))
    .join(
        TriageDecision,
        and_(
            TriageDecision.entry_id == Entry.id,
            # A decision about an earlier revision says nothing of this one.
            TriageDecision.revision_id == Entry.submitted_id,
        ),
    )
    .where(
        Entry.phase_id == Panel.entries_phase_id,
        Entry.withdrawn_at.is_(None),
        or_(Entry.on_behalf_by.is_(None), Entry.confirmed_at.is_not(None)),
        TriageDecision.is_eligible.is_(False),
        ~exists().where(
            _later.entry_id == Entry.id,
            _later.revision_id == Entry.submitted_id,
            _later.id > TriageDecision.id,
        ),
        # Decided only after the scores were run, it has a place and an answer like all others.
        ~exists().where(RunPlace.run_id == PanelResult.run_id, RunPlace.entry_id == Entry.id),
    )
    .correlate(Panel, PanelResult)
)
_last_number = (
    select(func.max(ScoreRun.number)).where(ScoreRun.panel_id == Panel.id).correlate(Panel)
).scalar_subquery()
STATES = (
    select(
        Panel.id.label("panel_id"),
        Panel.name,
        Panel.closed_at,
        func.coalesce(_last_number, constant(0)).label("runs"),
        _newest.id.label("last_run"),
        _newest.created_at.label("last_run_at"),
        PanelResult.id.label("result_id"),
        _published.number.label("result_run"),
        PanelResult.created_at.label("published_at"),
        Person.name.label("published_by"),
        PanelResult.appeals_until,
        PanelResult.timezone,
        PanelResult.answers_from,
        PanelResult.final_at,
        _appeals.scalar_subquery().label("appeals"),
        _appeals.where(Appeal.decided_at.is_(None)).scalar_subquery().label("open_appeals"),
        _count(RunPlace.entry_id, RunPlace.run_id == PanelResult.run_id).label("ranked"),
        _count(EntrantAnswer.id, EntrantAnswer.result_id == PanelResult.id).label("answers"),
        _count(
            EntrantAnswer.id,
            EntrantAnswer.result_id == PanelResult.id,
            EntrantAnswer.signed_at.is_not(None),
        ).label("signed"),
        _turned_away.scalar_subquery().label("turned_away"),
        _awards.scalar_subquery().label("awards"),
        _awards.where(Award.confirmed_at.is_not(None)).scalar_subquery().label("confirmed"),
        _advanced.scalar_subquery().label("advanced"),
        _decided.scalar_subquery().label("decisions"),
        _readings.scalar_subquery().label("readings"),
        _readings.where(READS_ON).scalar_subquery().label("open_readings"),
        _readings.join(PanelJudge, PanelJudge.id == Assignment.judge_id)
        .join(Entry, Entry.id == Assignment.entry_id)
        .where(IS_FINAL, STANDS, func.strpos(_newest.inputs, READ_PAIR) == constant(0))
        .scalar_subquery()
        .label("new_readings"),
        Campaign.timezone.label("zone"),
        func.statement_timestamp().label("now"),
    )
    .join(Campaign, Campaign.id == Panel.campaign_id)
    .outerjoin(PanelResult, and_(_of_panel, PanelResult.replaced_at.is_(None)))
    .outerjoin(_published, _published.id == PanelResult.run_id)
    .outerjoin(Person, Person.id == PanelResult.published_by)
    .outerjoin(_newest, and_(_newest.panel_id == Panel.id, _newest.number == _last_number))
    .where(Panel.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(Panel.id)
)
_rank = func.coalesce(RunPlace.rank, constant(LAST_RANK))
PLACES = (
    select(
        RunPlace.entry_id,
        Entry.number,
        EntryRevision.title,
        EntryRevision.team_name,
        RunPlace.rank,
        RunPlace.value,
        RunPlace.is_shared,
    )
    .join(Entry, Entry.id == RunPlace.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(RunPlace.run_id == RUN_ID)
    .order_by(_rank, RunPlace.entry_id)
    .limit(constant(AT_ONCE + 1))
)
_place = bindparam("key", type_=BigInteger)
PLACES_AFTER = PLACES.where(
    or_(
        _rank > _place,
        and_(_rank == _place, RunPlace.entry_id > bindparam("number", type_=BigInteger)),
    )
)
RESULTS = (
    select(
        PanelResult.id,
        PanelResult.panel_id,
        Panel.name.label("panel_name"),
        PanelResult.run_id,
        ScoreRun.number.label("run_number"),
        PanelResult.created_at.label("published_at"),
        PanelResult.appeals_until,
        PanelResult.timezone,
        PanelResult.answers_from,
        PanelResult.final_at,
        PanelResult.replaced_at,
        PanelResult.note_html,
        func.statement_timestamp().label("now"),
    )
    .join(Panel, Panel.id == PanelResult.panel_id)
    .join(ScoreRun, ScoreRun.id == PanelResult.run_id)
    .where(Panel.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(PanelResult.panel_id, PanelResult.id.desc())
)
PUBLISHED = (
    select(PanelResult.panel_id)
    .join(Panel, Panel.id == PanelResult.panel_id)
    .join(Campaign, Campaign.id == Panel.campaign_id)
    .where(PanelResult.panel_id == PANEL_IDS, VISIBLE_CAMPAIGNS)
    .distinct()
)
AWARDS = (
    select(
        Award.id,
        Award.entry_id,
        Entry.number,
        EntryRevision.title.label("entry_title"),
        EntryRevision.team_name,
        EntryRevision.people,
        Award.title,
        Award.amount,
        Award.currency,
        Award.reason,
        Award.confirmed_at,
        PanelResult.panel_id,
    )
    .join(Entry, Entry.id == Award.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .outerjoin(PanelResult, PanelResult.id == Award.result_id)
    .where(
        Award.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Award.confirmed_at.is_not(None),
        Award.revoked_at.is_(None),
    )
    .order_by(Award.amount.desc().nulls_last(), Award.id)
)
DECIDED = (
    select(Entry.number, Appeal.is_upheld, Appeal.reason, Appeal.decided_at, PanelResult.panel_id)
    .join(PanelResult, PanelResult.id == Appeal.result_id)
    .join(Panel, Panel.id == PanelResult.panel_id)
    .join(Entry, Entry.id == Appeal.entry_id)
    .where(
        Panel.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Appeal.decided_at.is_not(None),
    )
    .order_by(Appeal.decided_at)
)


async def states_of(db: AsyncSession, campaign_id: int) -> list[PanelState]:
    """How far the result of each panel of a campaign is; for its managers."""
    found = await rows_of(db, STATES, {"campaign_id": campaign_id})
    return [PanelState(**row._mapping) for row in found]


async def places_of(
    db: AsyncSession, run_id: int, after: dict[str, Any] | None = None
) -> tuple[list[PlaceView], str]:
    """At most AT_ONCE places of a run, the best first, and the place in the list from which it
    goes on; empty at its end."""
    statement = PLACES_AFTER if after else PLACES
    rows = await rows_of(db, statement, {RUN_ID.key: run_id, **(after or {})})
    found = [PlaceView(*row) for row in rows[:AT_ONCE]]
    if len(rows) <= AT_ONCE:
        return found, ""
    last = found[-1]
    return found, place_after(LAST_RANK if last.rank is None else last.rank, last.entry_id)


async def published_results(db: AsyncSession, campaign_id: int) -> list[ResultView]:
    """Every result that was published, by panel and the newest first; those that were replaced
    are among them."""
    found = await rows_of(db, RESULTS, {"campaign_id": campaign_id})
    return [ResultView(**row._mapping) for row in found]


async def published_of(db: AsyncSession, viewer: Viewer, panel_ids: Sequence[int]) -> set[int]:
    """The numbers of those of these panels that have a published result which the viewer sees:
    judges of an internal challenge may come from elsewhere."""
    found = await rows_of(db, PUBLISHED, {"panel_ids": list(panel_ids), **viewer.bound})
    return {panel_id for (panel_id,) in found}


async def confirmed_awards(db: AsyncSession, campaign_id: int) -> list[AwardView]:
    """The awards that everyone sees."""
    return [AwardView(*row) for row in await rows_of(db, AWARDS, {"campaign_id": campaign_id})]


async def decided_appeals(db: AsyncSession, campaign_id: int) -> dict[int, list[DecidedAppeal]]:
    """The decided appeals of each panel, in the order of the decisions."""
    found: dict[int, list[DecidedAppeal]] = {}
    rows: Sequence[Any] = await rows_of(db, DECIDED, {"campaign_id": campaign_id})
    for *decided, panel_id in rows:
        found.setdefault(panel_id, []).append(DecidedAppeal(*decided))
    return found
