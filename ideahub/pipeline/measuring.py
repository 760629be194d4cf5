"""Measures ideas: what the next gate of each asks for, and what of it is met."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    any_,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.criteria import CRITERIA, Criterion
from ideahub.core.db import constant, rows_of
from ideahub.ideas.models import PATH, Idea, Stage
from ideahub.pipeline.models import Decision, Gate, GateCriterion, Review

STUCK_DAYS = 30
# Decisions by which an idea has to wait, although its gate may ask for nothing more.
WAITING = frozenset({Decision.HOLD, Decision.SEND_BACK})
DAYS = cast(extract("day", func.statement_timestamp() - Idea.stage_since), Integer)
LAST_DECISION = (
    select(Review.decision)
    .where(Review.idea_id == Idea.id)
    .order_by(Review.id.desc())
    .limit(constant(1))
    .correlate(Idea)
    .scalar_subquery()
)


class Measured(msgspec.Struct, frozen=True):
    """A criterion of a gate, with how much is reached of how much is wanted."""

    criterion: Criterion
    reached: int
    wanted: int

    @property
    def met(self) -> bool:
        """Whether enough is reached."""
        return self.reached >= self.wanted

    @property
    def lacking(self) -> int:
        """How many more are needed; 0 where it is met."""
        return max(self.wanted - self.reached, 0)


class GateStatus(msgspec.Struct, frozen=True):
    """The stage of an idea, the days since it came to it, and the criteria of its next gate.

    `next_stage` is None, and there are no criteria, where no gate follows.
    """

    idea_id: int
    stage: Stage
    # Its stage on the path; for a learned or parked idea, the one that it had before.
    path_stage: Stage
    since: datetime
    days: int
    next_stage: Stage | None
    # The newest review's, None where nobody has decided.
    last_decision: Decision | None
    criteria: tuple[Measured, ...]

    @property
    def unmet(self) -> tuple[Measured, ...]:
        """The criteria that are not met."""
        return tuple(measured for measured in self.criteria if not measured.met)

    @property
    def waits(self) -> bool:
        """Whether its reviewer has held it or sent it back, and nobody has decided since."""
        return self.next_stage is not None and self.last_decision in WAITING

    @property
    def ready(self) -> bool:
        """Whether it has what its gate asks for, and no reviewer has asked for more."""
        return self.next_stage is not None and not self.unmet and not self.waits

    @property
    def on_path(self) -> bool:
        """Whether it is neither parked nor learned."""
        return self.stage in PATH

    @property
    def stuck(self) -> bool:
        """Whether it has waited at the same gate for more than STUCK_DAYS."""
        return self.next_stage is not None and self.days > STUCK_DAYS

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """The figures of the criteria, as a review stores them in JSON."""
        return [
            {
                "measure": measured.criterion.measure,
                "threshold": measured.wanted,
                "reached": measured.reached,
                "met": measured.met,
            }
            for measured in self.criteria
        ]


async def measure(db: AsyncSession, idea_ids: Sequence[int]) -> dict[int, GateStatus]:
    """The gate status of each of these ideas, in one query.

    Raises KeyError where a gate asks for a measure that no criterion has.
    """
    if not idea_ids:
        return {}
    rows = await rows_of(db, _measuring(*CRITERIA.values()), {"ids": list(idea_ids)})
    grouped: dict[int, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    return {idea_id: _status(some) for idea_id, some in grouped.items()}


async def measure_one(db: AsyncSession, idea_id: int) -> GateStatus:
    """The gate status of an idea; raises KeyError where there is no such idea."""
    return (await measure(db, [idea_id]))[idea_id]


@cache
def _measuring(*criteria: Criterion) -> Select[Any]:
    """The select for the ideas with the numbers `ids`: a row for each criterion of their gates."""
    asked_for = GateCriterion.measure
    reached = [(_named(criterion.measure), criterion.query) for criterion in criteria]
    wanted = [
        (_named(criterion.measure), criterion.wanted)
        for criterion in criteria
        if criterion.wanted is not None
    ]
    threshold = GateCriterion.threshold
    return (
        select(
            Idea.id,
            Idea.stage,
            Idea.path_stage,
            Idea.stage_since,
            DAYS.label("days"),
            Gate.to_stage,
            LAST_DECISION.label("last_decision"),
            asked_for,
            # PostgreSQL's sum of bigint is numeric.
            cast(case(*reached, value=asked_for), BigInteger).label("reached"),
            (case(*wanted, value=asked_for, else_=threshold) if wanted else threshold).label(
                "wanted"
            ),
        )
        .select_from(Idea)
        .outerjoin(Gate, and_(Gate.from_stage == Idea.stage, is_gate_of(Idea.campaign_id)))
        .outerjoin(GateCriterion, GateCriterion.gate_id == Gate.id)
        .where(Idea.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
        .order_by(Idea.id, GateCriterion.position)
    )


def _named(measure: str) -> ColumnElement[str]:
    # A constant in the statement: as parameters, all would be sent with every query.
    return literal_column(f"'{measure}'", String)


def is_gate_of(campaign_id: Any) -> ColumnElement[bool]:
    """The condition that a gate is one of the campaign in this column: a campaign with gates of its
    own has only those, others have the default ones."""
    own = aliased(Gate, name="own_gate")
    named = (
        select(own.campaign_id)
        .where(own.campaign_id == campaign_id)
        .limit(constant(1))
        .correlate(campaign_id.table)
        .scalar_subquery()
    )
    return Gate.campaign_id.is_not_distinct_from(named)


def _status(rows: list[Row[Any]]) -> GateStatus:
    first = rows[0]
    return GateStatus(
        idea_id=first.id,
        stage=Stage(first.stage),
        path_stage=Stage(first.path_stage),
        since=first.stage_since,
        days=first.days,
        next_stage=Stage(first.to_stage) if first.to_stage else None,
        last_decision=Decision(first.last_decision) if first.last_decision else None,
        criteria=tuple(
            Measured(CRITERIA[row.measure], row.reached, row.wanted) for row in rows if row.measure
        ),
    )
