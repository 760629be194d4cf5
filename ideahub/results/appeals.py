"""Queries for appeals, and for the scores that may be corrected."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.entries.models import Entry, EntryRevision
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelCriterion,
    PanelJudge,
    Score,
    Scorecard,
)
from ideahub.organisations.models import Person
from ideahub.results.collecting import IS_COUNTED
from ideahub.results.models import Appeal, PanelResult, ScoreCorrection, ScoreRun

PANEL_ID = bindparam("panel_id", type_=BigInteger)
_maker, _decider = aliased(Person), aliased(Person)


class AppealView(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal as managers see it."""

    id: int
    entry_id: int
    number: int | None
    title: str
    text_html: str
    made_by: str
    created_at: datetime
    run_number: int
    is_upheld: bool | None
    reason: str
    decided_by: str | None
    decided_at: datetime | None


class GivenScore(msgspec.Struct, frozen=True, kw_only=True):
    """A score that counts, with what it was before a correction."""

    scorecard_id: int
    criterion_id: int
    criterion: str
    label: int
    given: Decimal | None
    comment: str


class ScoredEntry(msgspec.Struct, frozen=True):
    """An entry that a panel was to score."""

    id: int
    number: int | None
    title: str


class CorrectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A correction: what the score was and became, who decided it, and why."""

    scorecard_id: int
    criterion_id: int
    number: int | None
    label: int
    criterion: str
    old_value: Decimal | None
    new_value: Decimal
    reason: str
    decided_by: str
    created_at: datetime


APPEALS = (
    select(
        Appeal.id,
        Appeal.entry_id,
        Entry.number,
        EntryRevision.title,
        Appeal.text_html,
        _maker.name.label("made_by"),
        Appeal.created_at,
        ScoreRun.number.label("run_number"),
        Appeal.is_upheld,
        Appeal.reason,
        _decider.name.label("decided_by"),
        Appeal.decided_at,
    )
    .join(PanelResult, PanelResult.id == Appeal.result_id)
    .join(ScoreRun, ScoreRun.id == PanelResult.run_id)
    .join(Entry, Entry.id == Appeal.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .join(_maker, _maker.id == Appeal.made_by)
    .outerjoin(_decider, _decider.id == Appeal.decided_by)
    .where(PanelResult.panel_id == PANEL_ID)
    .order_by(Appeal.decided_at.is_not(None), Appeal.id)
)
SCORES = (
    select(
        Scorecard.id.label("scorecard_id"),
        PanelCriterion.id.label("criterion_id"),
        PanelCriterion.name.label("criterion"),
        PanelJudge.label,
        Score.value.label("given"),
        Score.comment_for_entrant.label("comment"),
    )
    .join(Assignment, Assignment.id == Scorecard.assignment_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .join(PanelCriterion, PanelCriterion.panel_id == Assignment.panel_id)
    .join(Score, and_(Score.scorecard_id == Scorecard.id, Score.criterion_id == PanelCriterion.id))
    .where(
        Assignment.panel_id == PANEL_ID,
        Assignment.entry_id == bindparam("entry_id", type_=BigInteger),
        Assignment.ended_at.is_(None),
        IS_COUNTED,
    )
    .order_by(PanelJudge.label, PanelCriterion.position)
)
SCORED = (
    select(Entry.id, Entry.number, EntryRevision.title)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(
        Entry.id == bindparam("entry_id", type_=BigInteger),
        exists().where(Assignment.entry_id == Entry.id, Assignment.panel_id == PANEL_ID),
    )
)
CORRECTIONS = (
    select(
        ScoreCorrection.scorecard_id,
        ScoreCorrection.criterion_id,
        Entry.number,
        PanelJudge.label,
        PanelCriterion.name.label("criterion"),
        ScoreCorrection.old_value,
        ScoreCorrection.new_value,
        ScoreCorrection.reason,
        Person.name.label("decided_by"),
        ScoreCorrection.created_at,
    )
    .join(Scorecard, Scorecard.id == ScoreCorrection.scorecard_id)
    .join(Assignment, Assignment.id == Scorecard.assignment_id)
    .join(Entry, Entry.id == Assignment.entry_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .join(PanelCriterion, PanelCriterion.id == ScoreCorrection.criterion_id)
    .join(Person, Person.id == ScoreCorrection.decided_by)
    .where(Assignment.panel_id == PANEL_ID)
    .order_by(ScoreCorrection.id)
)


async def appeals_of(db: AsyncSession, panel_id: int) -> list[AppealView]:
    """The appeals against results of a panel, those that wait first; for its managers."""
    found = await rows_of(db, APPEALS, {PANEL_ID.key: panel_id})
    return [AppealView(**row._mapping) for row in found]


async def find_appeal_view(db: AsyncSession, panel_id: int, appeal_id: int) -> AppealView:
    """One of them; raises NotFound."""
    for appeal in await appeals_of(db, panel_id):
        if appeal.id == appeal_id:
            return appeal
    raise NotFound


async def find_scored_entry(db: AsyncSession, panel: Panel, entry_id: int) -> ScoredEntry:
    """An entry that the panel was to score, for its managers; raises NotFound for any other, and
    while the panel is open, as nobody who manages it sees scores before."""
    asked = {PANEL_ID.key: panel.id, "entry_id": entry_id}
    found = await rows_of(db, SCORED, asked) if panel.closed_at and entry_id <= MOST else ()
    if not found:
        raise NotFound
    return ScoredEntry(*found[0])


async def scores_of(db: AsyncSession, panel_id: int, entry_id: int) -> list[GivenScore]:
    """The scores of an entry that count, as its judges gave them."""
    asked: dict[str, Any] = {PANEL_ID.key: panel_id, "entry_id": entry_id}
    return [GivenScore(**row._mapping) for row in await rows_of(db, SCORES, asked)]


async def corrections_of(db: AsyncSession, panel_id: int) -> list[CorrectionView]:
    """Every correction of a score of the panel, in their order."""
    found = await rows_of(db, CORRECTIONS, {PANEL_ID.key: panel_id})
    return [CorrectionView(**row._mapping) for row in found]
