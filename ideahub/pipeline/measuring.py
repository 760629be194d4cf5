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
    and_,
    any_,
    bindparam,
    case,
    cast,
    extract,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.criteria import CRITERIA, Criterion
from ideahub.core.db import rows_of
from ideahub.core.quick_rows import with_one_plan
from ideahub.ideas.models import PATH, Idea, Stage
from ideahub.pipeline.held import HELD_BY
from ideahub.pipeline.models import Decision, Gate, GateCriterion
from ideahub.pipeline.moving import is_gate_of, is_stuck, named, open_for

DAYS = cast(extract("day", func.statement_timestamp() - Idea.stage_since), Integer)


class Measured(msgspec.Struct, frozen=True):
    """A criterion of a gate, with how much is reached of how much is wanted.

    `is_open` is whether people can add to it now: some things only while a phase accepts them.
    """

    criterion: Criterion
    reached: int
    wanted: int
    is_open: bool

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

    `next_stage` is None, and there are no criteria, where no gate follows, and for an idea that was
    withdrawn or hidden: only what can move has something next.
    """

    idea_id: int
    # Neither withdrawn nor hidden.
    is_listed: bool
    stage: Stage
    # Its stage on the path; for a learned or parked idea, the one that it had before.
    path_stage: Stage
    since: datetime
    days: int
    next_stage: Stage | None
    # See `is_stuck` in moving.py.
    stuck: bool
    # The decision by which its reviewer asked for more; see held.py.
    held_by: Decision | None
    criteria: tuple[Measured, ...]

    @property
    def unmet(self) -> tuple[Measured, ...]:
        """The criteria that are not met."""
        return tuple(measured for measured in self.criteria if not measured.met)

    @property
    def waits_for_opening(self) -> bool:
        """Whether something is missing that nobody can add now, as no phase accepts it."""
        return any(not measured.is_open for measured in self.unmet)

    @property
    def waits(self) -> bool:
        """Whether its reviewer has held it or sent it back, and its text is the same since."""
        return self.next_stage is not None and self.held_by is not None

    @property
    def ready(self) -> bool:
        """Whether it has what its gate asks for, and no reviewer has asked for more."""
        return self.next_stage is not None and not self.unmet and not self.waits

    @property
    def on_path(self) -> bool:
        """Whether it is neither parked nor learned."""
        return self.stage in PATH

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
    reached, wanted = reached_and_wanted(*criteria)
    columns: list[Any] = [
        Idea.id,
        Idea.is_listed.label("is_listed"),
        Idea.stage,
        Idea.path_stage,
        Idea.stage_since,
        DAYS.label("days"),
        Gate.to_stage,
        is_stuck().label("stuck"),
        HELD_BY.label("held_by"),
        asked_for,
        open_for(asked_for, Idea.campaign_id).label("is_open"),
        # PostgreSQL's sum of bigint is numeric.
        cast(reached, BigInteger).label("reached"),
        wanted.label("wanted"),
    ]
    return with_one_plan(
        select(*columns)
        .select_from(Idea)
        .outerjoin(
            Gate, and_(Idea.is_listed, Gate.from_stage == Idea.stage, is_gate_of(Idea.campaign_id))
        )
        .outerjoin(GateCriterion, GateCriterion.gate_id == Gate.id)
        .where(Idea.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
        .order_by(Idea.id, GateCriterion.position)
    )


def reached_and_wanted(*criteria: Criterion) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The SQL expressions of how much is reached and wanted of a criterion of a gate; the statement
    selects from `idea`, `gate` and `gate_criterion`."""
    asked_for, threshold = GateCriterion.measure, GateCriterion.threshold
    reached = [(named(criterion), criterion.query) for criterion in criteria]
    wanted = [
        (named(criterion), criterion.wanted)
        for criterion in criteria
        if criterion.wanted is not None
    ]
    return (
        case(*reached, value=asked_for),
        case(*wanted, value=asked_for, else_=threshold) if wanted else cast(threshold, BigInteger),
    )


def _status(rows: list[Row[Any]]) -> GateStatus:
    first = rows[0]
    return GateStatus(
        idea_id=first.id,
        is_listed=first.is_listed,
        stage=Stage(first.stage),
        path_stage=Stage(first.path_stage),
        since=first.stage_since,
        days=first.days,
        next_stage=Stage(first.to_stage) if first.to_stage else None,
        stuck=first.stuck,
        held_by=Decision(first.held_by) if first.held_by else None,
        criteria=tuple(
            Measured(CRITERIA[row.measure], row.reached, row.wanted, row.is_open)
            for row in rows
            if row.measure
        ),
    )
