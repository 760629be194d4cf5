"""Queries for a leader's track record: what they promised and gave, and when they answered.

Counted is only what the viewer may see: of the same leader a stranger sees the public ideas alone.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    DateTime,
    Numeric,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import place_after, read_moment, read_place
from ideahub.core.viewer import Viewer
from ideahub.ideas.by_person import OF_PERSON
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.responses.answer_lists import MEDIAN_DAYS
from ideahub.responses.models import OwedResponse, Response
from ideahub.responses.owing import IS_OVERDUE, OWNS, Owner
from ideahub.sponsorship.labels import Gift, what_is_given
from ideahub.sponsorship.models import Pledge, PledgeKind
from ideahub.sponsorship.rows import PLEDGES, PledgeView, pledge_view

PAGE = 20
_is_kept = Pledge.kept_at.is_not(None)
_is_due = and_(Pledge.is_open, Pledge.accepted_at.is_not(None))
_lapsed = and_(Pledge.lapsed_at.is_not(None), ~_is_kept, Pledge.withdrawn_at.is_(None))
# Before it was asked how much was given, a pledge that was kept counts as given in full.
_given = case((_is_kept, func.coalesce(Pledge.given_amount, Pledge.amount)))


def _number(*conditions: Any) -> Any:
    return func.count().filter(and_(*conditions))


def _sum(amount: Any) -> Any:
    return func.coalesce(func.sum(amount), cast(constant(0), Numeric))


_OF_LEADER = and_(LISTED_IDEAS, Pledge.sponsor_id == OF_PERSON, Pledge.accepted_at.is_not(None))
PROMISED = (
    select(
        Pledge.kind,
        Pledge.currency,
        func.count().label("promised"),
        _number(_is_kept, Pledge.part_why == "").label("kept"),
        _number(_is_kept, Pledge.part_why != "").label("part_kept"),
        _number(_lapsed).label("lapsed"),
        _number(Pledge.withdrawn_at.is_not(None)).label("withdrawn"),
        _number(_is_due).label("due"),
        _sum(Pledge.amount).label("amount_promised"),
        _sum(_given).label("amount_given"),
        _sum(case((_is_due, Pledge.amount))).label("amount_due"),
    )
    .join(Idea, Idea.id == Pledge.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(_OF_LEADER)
    .group_by(Pledge.kind, Pledge.currency)
    .order_by(Pledge.kind, Pledge.currency)
)
_late = Response.given_at >= OwedResponse.due_at
ANSWERED = (
    select(
        _number(~_late).label("on_time"),
        _number(_late).label("late"),
        MEDIAN_DAYS,
    )
    .select_from(Response)
    .join(OwedResponse, OwedResponse.id == Response.owed_id)
    .join(Idea, Idea.id == Response.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(LISTED_IDEAS, func.coalesce(Response.for_id, Response.author_id) == OF_PERSON)
)
OVERDUE = (
    select(func.count())
    .select_from(OwedResponse)
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(LISTED_IDEAS, IS_OVERDUE, exists().where(OWNS, Owner.person_id == OF_PERSON))
)
ANSWERS = select(ANSWERED.subquery(), OVERDUE.scalar_subquery().label("overdue"))
_listed: Select[Any] = (
    PLEDGES.join(Campaign, Campaign.id == Idea.campaign_id)
    .where(_OF_LEADER)
    .order_by(Pledge.accepted_at.desc(), Pledge.id.desc())
    .limit(constant(PAGE + 1))
)
_place = tuple_(
    bindparam("key", type_=DateTime(timezone=True)), bindparam("number", type_=BigInteger)
)
# The first page, and those after a place.
LISTED: dict[bool, Select[Any]] = {
    False: _listed,
    True: _listed.where(tuple_(Pledge.accepted_at, Pledge.id) < _place),
}


class PromisedOfKind(msgspec.Struct, frozen=True):
    """What a leader promised of one kind (and currency), and what came of it."""

    kind: PledgeKind
    currency: str
    promised: int
    kept: int
    part_kept: int
    lapsed: int
    withdrawn: int
    due: int
    amount_promised: Decimal
    amount_given: Decimal
    amount_due: Decimal

    @property
    def has_amount(self) -> bool:
        """Whether it is hours or money."""
        return self.amount_promised > 0

    @property
    def all_promised(self) -> str:
        """All that was promised, as a label: "120 staff hours"."""
        return self._of_kind(self.amount_promised)

    @property
    def all_given(self) -> str:
        """All that was given, as a label."""
        return self._of_kind(self.amount_given)

    @property
    def all_due(self) -> str:
        """All that is still due, as a label; empty where nothing is."""
        return self._of_kind(self.amount_due) if self.amount_due else ""

    def _of_kind(self, amount: Decimal) -> str:
        return what_is_given(Gift(self.kind, amount, self.currency))


class Answers(msgspec.Struct, frozen=True):
    """The owed answers of a leader: given on time and late, with the median of days until they came
    (None without any), and overdue now."""

    on_time: int
    late: int
    median_days: int | None
    overdue: int


class TrackRecord(msgspec.Struct, frozen=True):
    """A leader's record, as far as the viewer may see the ideas."""

    kinds: list[PromisedOfKind]
    answers: Answers

    def number(self, name: str) -> int:
        """How many pledges of all kinds: "promised", "kept", "part_kept" and so on."""
        return sum(getattr(kind, name) for kind in self.kinds)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was promised and no answer owed."""
        answers = self.answers
        return not (self.kinds or answers.on_time or answers.late or answers.overdue)


async def record_of(db: AsyncSession, viewer: Viewer, person_id: int) -> TrackRecord:
    """The record of this person; empty for somebody who promised and owed nothing that the viewer
    may see."""
    values = {**viewer.bound, "person_id": person_id}
    promised = await rows_of(db, PROMISED, values)
    (answers,) = await rows_of(db, ANSWERS, values)
    kinds = [PromisedOfKind(PledgeKind(row.kind), *list(row)[1:]) for row in promised]
    return TrackRecord(kinds, Answers(*answers))


async def pledges_page(
    db: AsyncSession, viewer: Viewer, person_id: int, after: str
) -> tuple[Sequence[PledgeView], str]:
    """A page of the pledges of a record, the newest first, and where the next begins; empty on the
    last. An `after` that cannot be read stands for the first page."""
    try:
        place = read_place(after, read_moment) if after else {}
    except ValueError:
        place = {}
    values = {**viewer.bound, "person_id": person_id, **place}
    rows = await rows_of(db, LISTED[bool(place)], values)
    found = [pledge_view(row) for row in rows]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], place_after(last.accepted_at, last.id) if last else ""
