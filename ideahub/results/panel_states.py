"""How far the result of each panel is, for its managers."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, String, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry, TriageDecision
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


class PanelState(msgspec.Struct, frozen=True, kw_only=True):
    """How far the result of a panel is."""

    panel_id: int
    name: str
    closed_at: datetime | None
    runs: int
    last_run: int | None
    last_run_at: datetime | None
    result_id: int | None
    # The published run and its number.
    published_run: int | None
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
        _published.id.label("published_run"),
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


async def states_of(db: AsyncSession, campaign_id: int) -> list[PanelState]:
    """How far the result of each panel of a campaign is; for its managers."""
    found = await rows_of(db, STATES, {"campaign_id": campaign_id})
    return [PanelState(**row._mapping) for row in found]
