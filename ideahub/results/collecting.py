"""Collects what a score run reads from final scorecards, with their corrections.

What was scored before a recusal is sealed, and left out; a judge who was removed owes nothing more.
"""

import asyncio
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BigInteger,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.asked_once import asked_once
from ideahub.core.db import rows_of
from ideahub.entries.models import Entry
from ideahub.entries.queries import Decision
from ideahub.entries.reading import COUNTS
from ideahub.judging.models import (
    Assignment,
    Panel,
    PanelCriterion,
    PanelJudge,
    Recusal,
    Scale,
    Score,
    Scorecard,
    ThirdReading,
)
from ideahub.results.models import ScoreCorrection
from ideahub.results.scales import ScaleKind, ScoreScale
from ideahub.results.score_inputs import ScoredCriterion, ScoreInputs, make_inputs
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule

# What keys begin with in what is published.
ENTRY, JUDGE = "E", "J"
PANEL_ID = bindparam("panel_id", type_=BigInteger)
_other = aliased(Panel)
_theirs = aliased(Assignment)
_scored_here = exists().where(
    Assignment.entry_id == Entry.id, Assignment.panel_id == PANEL_ID, Assignment.ended_at.is_(None)
)
_scored_elsewhere = exists().where(
    _theirs.entry_id == Entry.id,
    _theirs.panel_id == _other.id,
    _other.id != PANEL_ID,
    _other.phase_id == Panel.phase_id,
)
# Where several panels share the entries of a phase, each ranks those that it was given.
OF_PANEL = and_(
    Panel.id == PANEL_ID,
    Entry.phase_id == Panel.entries_phase_id,
    *COUNTS,
    or_(_scored_here, ~_scored_elsewhere),
)
ENTRIES = (
    select(Entry.id, Entry.number)
    .join_from(Panel, Entry, Entry.phase_id == Panel.entries_phase_id)
    .outerjoin(Decision, true())
    .where(OF_PANEL)
    .order_by(Entry.number, Entry.id)
)
CRITERIA = (
    select(PanelCriterion)
    .where(PanelCriterion.panel_id == PANEL_ID)
    .order_by(PanelCriterion.position, PanelCriterion.id)
)
# A final scorecard that was not sealed counts.
IS_COUNTED = and_(
    Scorecard.final_at.is_not(None),
    Scorecard.sealed_at.is_(None),
    ~exists().where(Recusal.assignment_id == Assignment.id).correlate(Assignment),
)
PAIRS = (
    select(
        Assignment.entry_id,
        PanelJudge.label,
        PanelJudge.removed_at,
        Recusal.id.label("recusal_id"),
        Scorecard.sealed_at,
        IS_COUNTED.label("is_counted"),
    )
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .outerjoin(Scorecard, Scorecard.assignment_id == Assignment.id)
    .outerjoin(Recusal, Recusal.assignment_id == Assignment.id)
    .outerjoin(ThirdReading, ThirdReading.assignment_id == Assignment.id)
    .where(
        Assignment.panel_id == PANEL_ID,
        Assignment.ended_at.is_(None),
        # A third reading that has not come in is no missing score: the entry had its judges.
        or_(ThirdReading.id.is_(None), IS_COUNTED),
    )
    .order_by(Assignment.entry_id, PanelJudge.label)
)
GIVEN = (
    select(
        Scorecard.id,
        Assignment.entry_id,
        PanelJudge.label,
        # As one text: equal values are read once, and in a thread.
        func.string_agg(
            func.coalesce(cast(Score.value, Text), literal_column("''")),
            aggregate_order_by(literal_column("' '"), PanelCriterion.position, PanelCriterion.id),
        ).label("values"),
    )
    .join(Assignment, Assignment.id == Scorecard.assignment_id)
    .join(PanelJudge, PanelJudge.id == Assignment.judge_id)
    .join(PanelCriterion, PanelCriterion.panel_id == Assignment.panel_id)
    .outerjoin(
        Score, and_(Score.scorecard_id == Scorecard.id, Score.criterion_id == PanelCriterion.id)
    )
    .where(Assignment.panel_id == PANEL_ID, Assignment.ended_at.is_(None), IS_COUNTED)
    .group_by(Scorecard.id, Assignment.entry_id, PanelJudge.label)
)
CORRECTED = (
    select(ScoreCorrection.scorecard_id, ScoreCorrection.criterion_id, ScoreCorrection.new_value)
    .join(Scorecard, Scorecard.id == ScoreCorrection.scorecard_id)
    .join(Assignment, Assignment.id == Scorecard.assignment_id)
    .where(Assignment.panel_id == PANEL_ID)
    .order_by(ScoreCorrection.id)
)


class TieBreak(StrEnum):
    """What decides between entries with the same value: the criteria in their order, and then the
    rank is shared; or nothing."""

    CRITERIA = "criteria"
    NONE = "none"


class Collected(NamedTuple):
    """The inputs of a run, and the number of the entry's row by its key."""

    inputs: ScoreInputs
    entry_ids: dict[str, int]


def entry_key(number: int | None) -> str:
    """How an entry is named in what is published: by its number in the challenge."""
    return f"{ENTRY}{number or 0:04d}"


def judge_key(label: int) -> str:
    """How a judge is named in what is published: by their number in the panel."""
    return f"{JUDGE}{label:02d}"


def criterion_key(criterion: PanelCriterion) -> str:
    """How a criterion is named in what is published and in the panel's rule."""
    return f"c{criterion.id}"


def scale_of(criterion: PanelCriterion) -> ScoreScale:
    """The criterion's scale, as the computation reads it."""
    if criterion.scale == Scale.RATING:
        return ScoreScale(kind=ScaleKind.RATING, levels=tuple(criterion.labels))
    if criterion.scale == Scale.YES_NO:
        return ScoreScale(kind=ScaleKind.YES_NO)
    low, high, step = (f"{one:f}" for one in (criterion.least, criterion.most, criterion.step))
    return ScoreScale(kind=ScaleKind.POINTS, low=low, high=high, step=step)


def score_on_scale(criterion: PanelCriterion, value: Decimal | None) -> Decimal | None:
    """A stored value as the scale counts it: of a rating the number of the level, from 1."""
    if value is None or criterion.scale != Scale.RATING:
        return value
    return on_scale(value, criterion.least, criterion.step)


def on_scale(value: Decimal, least: Decimal, step: Decimal) -> Decimal:
    """The number of a rating's level, from 1."""
    return (value - least) / step + 1


def rule_of(panel: Panel, criteria: Sequence[PanelCriterion]) -> ScoringRule:
    """The rule that the panel declared; what it left open is the mean, without the scorecards that
    are missing, and equal values are told apart by the criteria in their order."""
    return rule_from(panel.rule, criteria)


def rule_from(declared: dict[str, Any], criteria: Sequence[PanelCriterion]) -> ScoringRule:
    """The same of what is about to be declared."""
    named = declared.get("tie_break", TieBreak.CRITERIA) == TieBreak.CRITERIA
    keys = tuple(criterion_key(one) for one in criteria) if named else ()
    open_rule = {
        "method": PanelMethod.MEAN,
        "missing": MissingScores.LEAVE_OUT_JUDGE,
        "ties": keys,
    }
    return msgspec.convert(open_rule | declared, ScoringRule, strict=False)


@asked_once
async def criteria_of(db: AsyncSession, panel_id: int) -> Sequence[PanelCriterion]:
    """The criteria of a panel in their order."""
    return (await db.scalars(CRITERIA, {PANEL_ID.key: panel_id})).all()


async def collect_inputs(
    db: AsyncSession, panel: Panel, criteria: Sequence[PanelCriterion]
) -> Collected:
    """What a run of this panel reads now; raises Invalid where it cannot be computed with."""
    asked = {PANEL_ID.key: panel.id}
    entries = await rows_of(db, ENTRIES, asked)
    pairs = await rows_of(db, PAIRS, asked)
    given = await rows_of(db, GIVEN, asked)
    corrected = await rows_of(db, CORRECTED, asked)
    # In a thread, so that this process serves others meanwhile.
    return await asyncio.to_thread(
        _collected, [_Criterion(one) for one in criteria], entries, pairs, given, corrected
    )


class _Criterion:
    """A criterion, and its stored values as the scale counts them; each is read once."""

    def __init__(self, criterion: PanelCriterion) -> None:
        # Nothing of it is read from the database later, in a thread.
        self.id, self.key = criterion.id, criterion_key(criterion)
        self.scored = ScoredCriterion(
            self.key, criterion.name, f"{criterion.weight:f}", scale_of(criterion)
        )
        self._rating = (criterion.least, criterion.step) if criterion.scale == Scale.RATING else ()
        self._counted: dict[str, Decimal | None] = {"": None}

    def counted(self, value: str) -> Decimal | None:
        """A stored value as the scale counts it; an empty one is missing."""
        if value not in self._counted:
            number = Decimal(value)
            self._counted[value] = on_scale(number, *self._rating) if self._rating else number
        return self._counted[value]


Rows = Iterable[Row[Any]]


def _collected(
    criteria: Sequence[_Criterion], entries: Rows, assigned: Rows, given: Rows, corrected: Rows
) -> Collected:
    keys = {row.id: entry_key(row.number) for row in entries}
    rows = [row for row in assigned if row.entry_id in keys]
    pairs = [row for row in rows if _is_assigned(row)]
    scores = _scores(criteria, given, corrected)
    inputs = make_inputs(
        [one.scored for one in criteria],
        keys.values(),
        {judge_key(row.label) for row in pairs},
        [(keys[row.entry_id], judge_key(row.label)) for row in pairs],
        {
            (keys[entry_id], judge_key(label)): some
            for (entry_id, label), some in scores.items()
            if entry_id in keys
        },
        {(keys[row.entry_id], judge_key(row.label)) for row in pairs if _has_stepped_back(row)},
    )
    return Collected(inputs, {key: number for number, key in keys.items()})


def _is_assigned(row: Row[Any]) -> bool:
    return row.is_counted or row.removed_at is None or _has_stepped_back(row)


def _has_stepped_back(row: Row[Any]) -> bool:
    return row.recusal_id is not None or row.sealed_at is not None


def _scores(
    criteria: Sequence[_Criterion], given: Rows, corrected: Rows
) -> dict[tuple[int, int], list[Decimal | None]]:
    """By the entry's number and the judge's label: the scores in the order of the criteria."""
    now = {(row.scorecard_id, row.criterion_id): f"{row.new_value:f}" for row in corrected}
    return {
        (row.entry_id, row.label): [
            one.counted(now.get((row.id, one.id), value) if now else value)
            for one, value in zip(criteria, row.values.split(" "), strict=True)
        ]
        for row in given
    }
