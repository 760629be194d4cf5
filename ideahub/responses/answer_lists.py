"""Queries for the public list of answers: which are owed, overdue, on time and late."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.core.db import constant, interval, rows_of
from ideahub.core.paging import MOST as HIGHEST
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.organisations.models import Person
from ideahub.responses.models import OwedResponse, Response, ResponseOwner, Verdict
from ideahub.responses.owing import CAN_OWE, OWNER_NAMES

PAGE = 40
MOST_LEADERS = 50
MOST_IN_FILE = 10_000
SOON_DAYS = 7
Answerer, AnsweredFor = aliased(Person, name="answerer"), aliased(Person, name="leader_answered")


class AnswerState(StrEnum):
    """How an owed answer stands."""

    OVERDUE = "overdue"
    DUE_SOON = "due-soon"
    OWED = "owed"
    LATE = "late"
    ON_TIME = "on-time"


class AnswersOf(msgspec.Struct, frozen=True):
    """Of which campaign the answers are, or of which organisation's campaigns."""

    campaign_id: int | None = None
    organisation_id: int | None = None


class OwedAnswer(msgspec.Struct, frozen=True):
    """An owed answer in the list; `owners` are the names of those who owe it or did."""

    id: int
    idea_id: int
    title: str
    campaign_title: str
    owed_since: datetime
    due_on: date
    due_at: datetime
    answered_at: datetime | None
    state: AnswerState
    verdict: Verdict | None
    answered_by: str | None
    answered_for: str | None
    owners: list[str]

    @property
    def days(self) -> int | None:
        """After how many whole days it was answered."""
        return (self.answered_at - self.owed_since).days if self.answered_at else None

    @property
    def days_late(self) -> int:
        """How many days after the last one it was answered, the first as soon as it begins; 0 if in
        time or not yet."""
        late = self.answered_at is not None and self.answered_at >= self.due_at
        return (self.answered_at - self.due_at).days + 1 if self.answered_at and late else 0


class AnswerPage(msgspec.Struct, frozen=True):
    """A page of the list, what was owed last first; `after` is where the next begins."""

    rows: list[OwedAnswer]
    after: int | None


class LeaderFigures(msgspec.Struct, frozen=True):
    """How many answers a leader has given on time and late, and owes now; and after how many days
    half of them were given."""

    name: str
    on_time: int
    late: int
    owed: int
    overdue: int
    median_days: int | None


class AnswerFigures(msgspec.Struct, frozen=True):
    """How many answers are in each state, and after how many days half of them were given."""

    counts: dict[AnswerState, int]
    median_days: int | None
    leaders: list[LeaderFigures]


_in_time = OwedResponse.answered_at < OwedResponse.due_at
STATE: ColumnElement[str] = case(
    (and_(OwedResponse.is_open, OwedResponse.due_at <= NOW), constant(AnswerState.OVERDUE)),
    (
        and_(OwedResponse.is_open, OwedResponse.due_at <= NOW + interval(days=SOON_DAYS)),
        constant(AnswerState.DUE_SOON),
    ),
    (OwedResponse.is_open, constant(AnswerState.OWED)),
    (_in_time, constant(AnswerState.ON_TIME)),
    else_=constant(AnswerState.LATE),
)
# What is owed no more, as its idea or campaign is closed, is not listed; what was answered stays.
HERE = and_(
    LISTED_IDEAS,
    or_(~OwedResponse.is_open, CAN_OWE),
    or_(
        Campaign.id == bindparam("campaign_id", type_=BigInteger),
        Campaign.organisation_id == bindparam("organisation_id", type_=BigInteger),
    ),
)


def _from(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(OwedResponse)
        .join(Idea, Idea.id == OwedResponse.idea_id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(HERE)
    )


LISTED = (
    _from(
        OwedResponse.id,
        OwedResponse.idea_id,
        Idea.title,
        Campaign.title.label("campaign_title"),
        OwedResponse.owed_since,
        OwedResponse.due_on,
        OwedResponse.due_at,
        OwedResponse.answered_at,
        STATE.label("state"),
        Response.verdict,
        Answerer.name.label("answered_by"),
        AnsweredFor.name.label("answered_for"),
        func.array(OWNER_NAMES.scalar_subquery()).label("owners"),
    )
    .outerjoin(Response, Response.owed_id == OwedResponse.id)
    .outerjoin(Answerer, Answerer.id == Response.author_id)
    .outerjoin(AnsweredFor, AnsweredFor.id == Response.for_id)
    .where(OwedResponse.id < bindparam("after", type_=BigInteger))
    .order_by(OwedResponse.id.desc())
)
_days = extract("epoch", OwedResponse.answered_at - OwedResponse.owed_since) / constant(86_400)
# Within so many days half of the answers were given: a day that has begun counts.
MEDIAN_DAYS = cast(func.ceil(func.percentile_cont(0.5).within_group(_days)), Integer).label(
    "median_days"
)
COUNTS = _from(
    *(
        func.count().filter(constant(state) == STATE).label(state.name.lower())
        for state in AnswerState
    ),
    MEDIAN_DAYS,
)
LEADERS = (
    _from(
        Person.name,
        func.count().filter(constant(AnswerState.ON_TIME) == STATE).label("on_time"),
        func.count().filter(constant(AnswerState.LATE) == STATE).label("late"),
        func.count().filter(OwedResponse.is_open).label("owed"),
        func.count().filter(constant(AnswerState.OVERDUE) == STATE).label("overdue"),
        MEDIAN_DAYS,
    )
    .join(
        ResponseOwner,
        and_(ResponseOwner.owed_id == OwedResponse.id, ResponseOwner.ended_at.is_(None)),
    )
    .join(Person, Person.id == ResponseOwner.person_id)
    .group_by(Person.id, Person.name)
    .order_by(Person.name, Person.id)
    .limit(constant(MOST_LEADERS))
)


@cache
def _listed(state: AnswerState | None, most: int) -> Select[Any]:
    found = LISTED.limit(constant(most + 1))
    return found.where(constant(state) == STATE) if state else found


async def answers_in(
    db: AsyncSession,
    viewer: Viewer,
    place: AnswersOf,
    *,
    state: AnswerState | None = None,
    after: int | None = None,
    most: int = PAGE,
) -> AnswerPage:
    """The answers that are or were owed for ideas that the viewer sees in lists."""
    asked = {**_bound(viewer, place), "after": HIGHEST if after is None else after}
    rows = await rows_of(db, _listed(state, most), asked)
    found = [msgspec.convert(row._asdict(), OwedAnswer) for row in rows[:most]]
    return AnswerPage(found, found[-1].id if len(rows) > most else None)


async def figures_of(db: AsyncSession, viewer: Viewer, place: AnswersOf) -> AnswerFigures:
    """The figures of these answers, in all and for each leader."""
    asked = _bound(viewer, place)
    (counted,) = await rows_of(db, COUNTS, asked)
    leaders = await rows_of(db, LEADERS, asked)
    return AnswerFigures(
        counts={state: getattr(counted, state.name.lower()) for state in AnswerState},
        median_days=counted.median_days,
        leaders=_figures(leaders),
    )


def _figures(rows: Sequence[Any]) -> list[LeaderFigures]:
    return [LeaderFigures(*row) for row in rows]


def _bound(viewer: Viewer, place: AnswersOf) -> dict[str, Any]:
    of = {"campaign_id": place.campaign_id, "organisation_id": place.organisation_id}
    return {**viewer.bound, **of}
