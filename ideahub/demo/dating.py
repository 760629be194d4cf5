"""Changes the times of the demo's rows, so that they are spread over the days of its stories."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import Update

from ideahub.conversation.models import Contribution
from ideahub.core.db import constant, table_of
from ideahub.core.events import Event, Kind
from ideahub.ideas.models import Idea, Revision, Vote
from ideahub.pipeline.models import Experiment, Lesson, Reading, Review
from ideahub.sponsorship.models import Pledge

EVENT, IDEA, REVISION = table_of(Event), table_of(Idea), table_of(Revision)
CONTRIBUTION, REVIEW, VOTE = table_of(Contribution), table_of(Review), table_of(Vote)
LESSON, PLEDGE = table_of(Lesson), table_of(Pledge)
EXPERIMENT, READING = table_of(Experiment), table_of(Reading)
OF_IDEA = bindparam("of_idea", type_=BigInteger)
DAYS = bindparam("days", type_=Integer)
NONE = constant(0)
MOVES = (Kind.STAGE_ADVANCED, Kind.IDEA_STOPPED, Kind.IDEA_PARKED)


def _lasting(*, days: Any = NONE, hours: Any = NONE, seconds: Any = NONE) -> ColumnElement[Any]:
    return func.make_interval(NONE, NONE, NONE, days, hours, NONE, seconds)


def _is(*kinds: Kind) -> ColumnElement[bool]:
    return EVENT.c.kind.in_([constant(kind) for kind in kinds])


def _spread() -> Update:
    """The update of the events: from the first deed at the beginning to the last at a quarter of the
    days before today, in their order. Thanks take no time, and adopting a build takes twice that
    of other deeds."""
    steps = case(
        (_is(Kind.CONTRIBUTION_THANKED), constant(0)),
        (_is(Kind.CONTRIBUTION_ADOPTED), constant(2)),
        else_=constant(1),
    )
    deed = select(EVENT.c.id, steps.label("steps")).where(EVENT.c.idea_id == OF_IDEA).subquery()
    place = select(
        deed.c.id,
        func.sum(deed.c.steps).over(order_by=deed.c.id).label("number"),
        func.sum(deed.c.steps).over().label("many"),
    ).subquery("place")
    one = constant(1)
    passed = literal_column("0.75", Numeric) * (place.c.number - one)
    left = one - passed / func.greatest(place.c.many - one, one)
    time_of_day = constant(5) + func.mod(cast(OF_IDEA, Integer) * constant(7), constant(20))
    return (
        update(EVENT)
        .where(EVENT.c.id == place.c.id)
        .values(
            created_at=func.now()
            - _lasting(hours=cast(time_of_day, Integer))
            - _lasting(days=DAYS) * left
        )
    )


POSTED = (
    select(EVENT.c.created_at)
    .where(EVENT.c.idea_id == OF_IDEA, _is(Kind.IDEA_POSTED))
    .scalar_subquery()
)


def _begin() -> Update:
    """The update of the idea: when it was posted, and when it came to its stage."""
    moved = select(func.max(EVENT.c.created_at)).where(EVENT.c.idea_id == OF_IDEA, _is(*MOVES))
    return (
        update(IDEA)
        .where(IDEA.c.id == OF_IDEA)
        .values(
            created_at=POSTED,
            stage_since=func.coalesce(moved.scalar_subquery(), POSTED),
            rising=IDEA.c.rising - cast(DAYS, Numeric) / literal_column("30.0", Numeric),
        )
    )


def _follow(column: Column[Any], *kinds: Kind) -> Update:
    """The update of a column of the row that a deed was about, to the time of the deed."""
    row = column.table.c
    return (
        update(column.table)
        .where(EVENT.c.subject_id == row.id, EVENT.c.idea_id == row.idea_id, _is(*kinds))
        .where(row.idea_id == OF_IDEA)
        .values({column: EVENT.c.created_at})
    )


def _revisions() -> Update:
    made = select(EVENT.c.created_at).where(
        EVENT.c.idea_id == OF_IDEA,
        _is(Kind.IDEA_REVISED, Kind.CONTRIBUTION_ADOPTED),
        EVENT.c.data["revision"].as_integer() == REVISION.c.number,
    )
    return (
        update(REVISION)
        .where(REVISION.c.idea_id == OF_IDEA)
        .values(created_at=func.coalesce(made.scalar_subquery(), POSTED))
    )


def _trial() -> Update:
    """The update of the experiment: it begins on the day after it was planned."""
    begins = cast(EXPERIMENT.c.created_at, Date) + constant(1)
    return update(EXPERIMENT).where(EXPERIMENT.c.idea_id == OF_IDEA).values(starts_on=begins)


def _readings() -> Update:
    """The update of the readings: spread from the beginning of the trial to its end or to today."""
    one = constant(1)
    place = (
        select(
            READING.c.id,
            EXPERIMENT.c.starts_on,
            (
                cast(func.coalesce(EXPERIMENT.c.concluded_at, func.now()), Date)
                - EXPERIMENT.c.starts_on
            ).label("days"),
            func.row_number().over(order_by=READING.c.id).label("number"),
            func.count().over().label("many"),
        )
        .join(EXPERIMENT, EXPERIMENT.c.id == READING.c.experiment_id)
        .where(EXPERIMENT.c.idea_id == OF_IDEA)
        .subquery("place")
    )
    day = place.c.starts_on + cast(place.c.days * place.c.number / (place.c.many + one), Integer)
    return (
        update(READING)
        .where(READING.c.id == place.c.id)
        .values(taken_on=day, created_at=cast(day, DateTime(timezone=True)))
    )


def _votes() -> Update:
    ago = DAYS * constant(86_400) * func.power(func.random(), literal_column("1.4"))
    back = func.now() - _lasting(hours=constant(3)) - _lasting(seconds=ago)
    return update(VOTE).where(VOTE.c.idea_id == OF_IDEA).values(created_at=back)


STEPS = (
    _spread(),
    _begin(),
    _follow(CONTRIBUTION.c.created_at, Kind.CONTRIBUTION_MADE),
    _follow(CONTRIBUTION.c.adopted_at, Kind.CONTRIBUTION_ADOPTED),
    _revisions(),
    _follow(REVIEW.c.created_at, *MOVES, Kind.STAGE_HELD),
    update(LESSON)
    .where(LESSON.c.idea_id == OF_IDEA)
    .values(created_at=select(IDEA.c.stage_since).where(IDEA.c.id == OF_IDEA).scalar_subquery()),
    _follow(PLEDGE.c.offered_at, Kind.PLEDGE_OFFERED),
    _follow(PLEDGE.c.accepted_at, Kind.PLEDGE_ACCEPTED),
    _follow(PLEDGE.c.kept_at, Kind.PLEDGE_KEPT),
    _follow(EXPERIMENT.c.created_at, Kind.EXPERIMENT_PLANNED),
    _follow(EXPERIMENT.c.concluded_at, Kind.EXPERIMENT_CONCLUDED),
    _trial(),
    _readings(),
    _votes(),
)


async def date_back(db: AsyncSession, idea_id: int, days: int) -> None:
    """Changes the times of an idea and everything on it, as if it had been posted `days` ago."""
    await db.flush()
    for step in STEPS:
        await db.execute(step, {"of_idea": idea_id, "days": days})
