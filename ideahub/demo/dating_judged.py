"""Moves the times of what was filled in about entries, judging and results into the past."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Table, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import RulesAcceptance, RulesVersion
from ideahub.core.db import Base, table_of
from ideahub.core.events import Event, Kind
from ideahub.entries.models import Entry, EntryMember, EntryRevision, TriageDecision
from ideahub.judging.models import (
    Assignment,
    AssignmentRun,
    CalibrationCard,
    CalibrationSample,
    Panel,
    PanelJudge,
    Recusal,
    Scorecard,
)
from ideahub.results.models import (
    Appeal,
    Award,
    AwardCheck,
    AwardPayment,
    EntrantAnswer,
    EntrantLetter,
    LetterBatch,
    PanelResult,
    ScoreCorrection,
    ScoreRun,
)

DEEDS_OF_ENTRANTS = (
    *(Kind.RULES_CHANGED, Kind.RULES_ACCEPTED, Kind.ENTRY_FORM_CHANGED, Kind.ENTRY_BEGUN),
    *(Kind.ENTRY_CHANGED, Kind.ENTRY_SUBMITTED, Kind.ENTRY_TRIAGED, Kind.ENTRY_TEAM_CHANGED),
)
DEEDS_OF_JUDGES = (
    *(Kind.PANEL_SET_UP, Kind.PANEL_CHANGED, Kind.JUDGE_INVITED, Kind.JUDGE_ACCEPTED),
    *(Kind.CONFLICTS_DECLARED, Kind.ENTRIES_ASSIGNED, Kind.JUDGE_RECUSED, Kind.SCORECARD_BEGUN),
    *(Kind.SCORECARD_FINISHED, Kind.CALIBRATION_CHANGED, Kind.CALIBRATION_FINISHED),
    *(Kind.SCORING_RULE_DECLARED, Kind.PANEL_CLOSED),
)
DEEDS_OF_VOTES = (Kind.BALLOT_FILLED, Kind.PUBLIC_VOTE_CHANGED)
# When the deed was done that an event tells of.
MOMENTS = {
    Kind.RESULT_PUBLISHED: table_of(PanelResult).c.created_at,
    Kind.RESULT_MADE_FINAL: table_of(PanelResult).c.final_at,
    Kind.APPEAL_MADE: table_of(Appeal).c.created_at,
    Kind.APPEAL_DECIDED: table_of(Appeal).c.decided_at,
    Kind.AWARD_DECIDED: table_of(Award).c.created_at,
    Kind.AWARD_CONFIRMED: table_of(Award).c.confirmed_at,
}
# Each table with the column by which its rows belong to one of those before it, or to the campaign.
Ways = Sequence[tuple[type[Base], str]]
ENTERED: Ways = (
    (RulesVersion, "campaign_id"),
    (RulesAcceptance, "rules_version_id"),
    (Entry, "campaign_id"),
    (EntryRevision, "entry_id"),
    (EntryMember, "entry_id"),
    (TriageDecision, "entry_id"),
)
JUDGED: Ways = (
    (Panel, "campaign_id"),
    (PanelJudge, "panel_id"),
    (AssignmentRun, "panel_id"),
    (Assignment, "panel_id"),
    (Scorecard, "assignment_id"),
    (Recusal, "assignment_id"),
    (CalibrationSample, "panel_id"),
    (CalibrationCard, "sample_id"),
)
CONCLUDED: Ways = (
    (ScoreRun, "panel_id"),
    (PanelResult, "panel_id"),
    (Appeal, "result_id"),
    (ScoreCorrection, "scorecard_id"),
    (EntrantAnswer, "result_id"),
    (Award, "campaign_id"),
    (AwardCheck, "award_id"),
    (AwardPayment, "award_id"),
    (LetterBatch, "result_id"),
    (EntrantLetter, "batch_id"),
)
OWNERS: Mapping[str, type[Base]] = {
    "rules_version_id": RulesVersion,
    "entry_id": Entry,
    "panel_id": Panel,
    "assignment_id": Assignment,
    "scorecard_id": Scorecard,
    "result_id": PanelResult,
    "award_id": Award,
    "batch_id": LetterBatch,
    "sample_id": CalibrationSample,
}


async def move_back(db: AsyncSession, campaign_id: int, ways: Ways, by: timedelta) -> None:
    """Moves all moments of these tables' rows of a campaign into the past."""
    for model, column in ways:
        table = table_of(model)
        moments = [one for one in table.c if isinstance(one.type, DateTime)]
        earlier = {
            one: one - func.make_interval(0, 0, 0, 0, 0, 0, by.total_seconds()) for one in moments
        }
        here = _of_campaign(table, column, campaign_id)
        if earlier:
            await db.execute(update(table).where(here).values(earlier))


async def move_events_back(
    db: AsyncSession,
    campaign_id: int,
    by: timedelta,
    *,
    entered: timedelta | None = None,
    judged: timedelta | None = None,
) -> None:
    """Moves the deeds that were recorded for a campaign into the past: those of entrants and judges
    as far as is said, all others as far as `by`. When a ballot was filled stays."""
    event = table_of(Event)
    is_one_of = event.c.kind.in_
    ago = case(
        (is_one_of(DEEDS_OF_ENTRANTS), by if entered is None else entered),
        (is_one_of(DEEDS_OF_JUDGES), by if judged is None else judged),
        else_=by,
    )
    here = event.c.campaign_id == campaign_id, event.c.kind.not_in(DEEDS_OF_VOTES)
    await db.execute(update(event).where(*here).values(created_at=func.now() - ago))


async def date_conclusion(db: AsyncSession, campaign_id: int, final: timedelta) -> None:
    """The days on which a result came to be final, so long ago: it was published, somebody
    appealed, the one that took its place could be appealed against as long, and then awards were
    decided and confirmed."""
    now, day = datetime.now(UTC), timedelta(days=1)
    in_panels = select(Panel.id).where(Panel.campaign_id == campaign_id)
    results = await db.scalars(
        select(PanelResult).where(PanelResult.panel_id.in_(in_panels)).order_by(PanelResult.id)
    )
    published = now - final - 24 * day
    for result in results:
        result.created_at, result.appeals_until = published, published + 14 * day
        published += 8 * day
        if result.replaced_at:
            result.replaced_at = published
        made = update(Appeal).where(Appeal.result_id == result.id)
        moments = {"created_at": published - 4 * day, "decided_at": published - day}
        await db.execute(made.values(moments))
    await db.flush()
    awards = update(Award).where(Award.campaign_id == campaign_id)
    await db.execute(awards.values(created_at=now - final + day))
    confirmed = awards.where(Award.confirmed_at.is_not(None))
    await db.execute(confirmed.values(confirmed_at=now - final + 2 * day))
    for kind, column in MOMENTS.items():
        row = column.table.c
        about = Event.kind == kind, Event.campaign_id == campaign_id, Event.subject_id == row.id
        await db.execute(update(Event).where(*about).values(created_at=column))


def _of_campaign(table: Table, column: str, campaign_id: int) -> ColumnElement[bool]:
    if column == "campaign_id":
        return table.c.campaign_id == campaign_id
    owner = table_of(OWNERS[column])
    way: Any = next(
        name for model, name in (*ENTERED, *JUDGED, *CONCLUDED) if table_of(model) is owner
    )
    return table.c[column].in_(select(owner.c.id).where(_of_campaign(owner, way, campaign_id)))
