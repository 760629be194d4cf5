"""The SQL conditions for whether an idea can move on now, and whether it is stuck."""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    any_,
    case,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import takes_now
from ideahub.core.criteria import CRITERIA, Criterion
from ideahub.core.db import constant, constants, interval
from ideahub.ideas.models import MOVING, Idea, Stage
from ideahub.pipeline.models import Gate, GateCriterion

STUCK_DAYS = 30
MOVES = Idea.stage == any_(constants(*MOVING))
# Pages count whole days, so an idea has been there for more than STUCK_DAYS one day later.
CAME_LONG_AGO = Idea.stage_since <= func.statement_timestamp() - interval(days=STUCK_DAYS + 1)
_Gate, _Asked = aliased(Gate, name="next_gate"), aliased(GateCriterion, name="asked")


def is_stuck() -> ColumnElement[bool]:
    """The SQL condition that an idea is stuck: it could move on, but has stayed at its stage for
    more than STUCK_DAYS. The only rule for it: badges, counts and filters all use it, or its two
    parts, where they look at each campaign once instead of each idea."""
    # In this order the cheap conditions come first, and most ideas need no more.
    moves = and_(Idea.is_listed, MOVES, CAME_LONG_AGO)
    return case((moves, can_move(Idea.campaign_id, Idea.stage)), else_=false())


def can_move_at(stage: Stage) -> ColumnElement[bool]:
    """`can_move` for the ideas at one stage, looking at each campaign once."""
    if stage not in MOVING:
        return false()
    able = aliased(Campaign, name="able")
    movable = select(able.id).where(
        able.ideas_count > constant(0), can_move(able.id, constant(stage))
    )
    return and_(Idea.stage == constant(stage), Idea.campaign_id.in_(movable))


def wants_sponsor() -> ColumnElement[bool]:
    """The SQL condition that an idea is early and can move on: then a sponsor helps it."""
    return or_(*(can_move_at(stage) for stage in (Stage.SPARK, Stage.CONCEPT)))


def can_move(campaign_id: Any, stage: Any) -> ColumnElement[bool]:
    """The SQL condition that a gate follows the stage, and that the campaign is open for all that
    this gate asks of people. It is the same for all ideas of a campaign at one stage."""
    gate = and_(_Gate.from_stage == stage, is_gate_of(campaign_id, _Gate))
    shut = and_(gate, _Asked.gate_id == _Gate.id, not_(open_for(_Asked.measure, campaign_id)))
    return and_(
        stage == any_(constants(*MOVING)),
        exists().where(gate).correlate_except(_Gate),
        ~exists().where(shut).correlate_except(_Gate, _Asked),
    )


def open_for(measure: Any, campaign_id: Any) -> ColumnElement[bool]:
    """The SQL condition that a phase of the campaign is open in which people can meet the criterion
    with this measure."""
    by_need: dict[tuple[StrEnum, ...], list[ColumnElement[str]]] = {}
    for criterion in CRITERIA.values():
        if criterion.during:
            by_need.setdefault(criterion.during, []).append(named(criterion))
    cases = [(measure.in_(some), takes_now(campaign_id, *need)) for need, some in by_need.items()]
    return case(*cases, else_=true())


def named(criterion: Criterion) -> ColumnElement[str]:
    """The measure as a constant in the statement: as parameters, all would be sent with every
    query."""
    return literal_column(f"'{criterion.measure}'", String)


def is_gate_of(campaign_id: Any, gate: Any = Gate) -> ColumnElement[bool]:
    """The SQL condition that a gate is one of the campaign: a campaign with gates of its own has
    only those, others have the default ones."""
    own = aliased(Gate, name="own_gate")
    found = (
        select(own.campaign_id)
        .where(own.campaign_id == campaign_id)
        .limit(constant(1))
        .correlate_except(own)
        .scalar_subquery()
    )
    condition: ColumnElement[bool] = gate.campaign_id.is_not_distinct_from(found)
    return condition
