"""Moves the times of what was filled in about entries, judging and results into the past."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.terms_models import RulesAcceptance, RulesVersion
from ideahub.core.db import Base, table_of
from ideahub.core.events import Event
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


async def move_events_back(db: AsyncSession, campaign_id: int, by: timedelta) -> None:
    """Moves the deeds that were recorded for a campaign into the past."""
    event = table_of(Event)
    earlier = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, by.total_seconds())
    await db.execute(
        update(event).where(event.c.campaign_id == campaign_id).values(created_at=earlier)
    )


def _of_campaign(table: Table, column: str, campaign_id: int) -> ColumnElement[bool]:
    if column == "campaign_id":
        return table.c.campaign_id == campaign_id
    owner = table_of(OWNERS[column])
    way: Any = next(
        name for model, name in (*ENTERED, *JUDGED, *CONCLUDED) if table_of(model) is owner
    )
    return table.c[column].in_(select(owner.c.id).where(_of_campaign(owner, way, campaign_id)))
