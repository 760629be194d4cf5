"""Queries for answers to ideas: what a leader owes, and what was answered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, and_, any_, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IDEA_ID, LISTED_IDEAS
from ideahub.organisations.models import Person
from ideahub.responses.models import OwedResponse, ReasonKind, Response, Verdict
from ideahub.responses.owing import IS_OWED, OWNER_NAMES, STOOD_IN_FOR, VIEWER_ANSWERS, VIEWER_OWNS

MOST_OWED = 500
Author, For = aliased(Person, name="response_author"), aliased(Person, name="answered_for")
StoodInFor = aliased(Person, name="stood_in_for")


class OwedView(msgspec.Struct, frozen=True):
    """An answer that the viewer owes; `for_name` is the leader for whom they stand in, if any."""

    id: int
    idea_id: int
    title: str
    campaign_id: int
    campaign_title: str
    owed_since: datetime
    due_on: date
    due_at: datetime
    timezone: str
    supporters: int
    organisations: int
    for_id: int | None
    for_name: str | None


class ResponseView(msgspec.Struct, frozen=True):
    """An answer as everyone who sees the idea reads it."""

    id: int
    idea_id: int
    round: int
    version: int
    author_id: int
    author_name: str
    author_title: str
    for_id: int | None
    for_name: str | None
    given_at: datetime
    owed_since: datetime | None
    due_at: datetime | None
    verdict: Verdict
    reason: ReasonKind | None
    body: str
    body_html: str
    conditions: str
    would_change: str
    elsewhere: str
    review_id: int | None
    wake_measure: str | None
    wake_threshold: int | None
    wake_on: date | None
    woken_at: datetime | None

    @property
    def is_asleep(self) -> bool:
        """Whether it parked the idea, which has not woken since."""
        return self.review_id is not None and self.woken_at is None

    @property
    def said_by(self) -> str:
        """Who answered, and for whom where they stood in: "Ada for Sam"."""
        if not self.for_name:
            return self.author_name
        return _("%(who)s for %(leader)s", who=self.author_name, leader=self.for_name)

    @property
    def days(self) -> int | None:
        """After how many whole days an owed answer was given."""
        return (self.given_at - self.owed_since).days if self.owed_since else None

    @property
    def was_late(self) -> bool:
        """Whether it was owed and given after the day on which it was due."""
        return self.due_at is not None and self.given_at >= self.due_at


class ClockView(msgspec.Struct, frozen=True):
    """A running reply clock; `owners` are the names of those who owe the answer."""

    id: int
    idea_id: int
    round: int
    owed_since: datetime
    due_on: date
    due_at: datetime
    timezone: str
    supporters: int
    organisations: int
    owners: list[str]


# Of somebody who owns it themselves it does not matter for whom else they stand in.
_for_whom = case((VIEWER_OWNS, None), else_=STOOD_IN_FOR)
OWED_BY = (
    select(
        OwedResponse.id,
        OwedResponse.idea_id,
        Idea.title,
        Campaign.id,
        Campaign.title,
        OwedResponse.owed_since,
        OwedResponse.due_on,
        OwedResponse.due_at,
        OwedResponse.timezone,
        OwedResponse.supporters,
        OwedResponse.organisations,
        StoodInFor.id,
        StoodInFor.name,
    )
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .outerjoin(StoodInFor, StoodInFor.id == _for_whom)
    .where(IS_OWED, LISTED_IDEAS, VIEWER_ANSWERS)
    .order_by(OwedResponse.due_at, OwedResponse.id)
    .limit(constant(MOST_OWED))
)
# The owed answer that an answer was given to, beside one that is owed now.
Given = aliased(OwedResponse, name="given_to")
_of_response = {
    **{column.key: getattr(Response, column.key) for column in Response.__table__.columns},
    "author_name": Author.name,
    "author_title": Author.title,
    "for_name": For.name,
    "owed_since": Given.owed_since,
    "due_at": Given.due_at,
}
_columns = [_of_response[name].label(name) for name in ResponseView.__struct_fields__]
RESPONSES = (
    select(*_columns)
    .join(Author, Author.id == Response.author_id)
    .outerjoin(For, For.id == Response.for_id)
    .outerjoin(Given, Given.id == Response.owed_id)
)
OF_IDEA = RESPONSES.where(Response.idea_id == IDEA_ID).order_by(Response.round.desc())
_of_clock = (
    OwedResponse.id,
    OwedResponse.idea_id,
    OwedResponse.round,
    OwedResponse.owed_since,
    OwedResponse.due_on,
    OwedResponse.due_at,
    OwedResponse.timezone,
    OwedResponse.supporters,
    OwedResponse.organisations,
    func.array(OWNER_NAMES.scalar_subquery()).label("owners"),
)
CLOCKS: Select[Any] = (
    select(*_of_clock)
    .join(Idea, Idea.id == OwedResponse.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(IS_OWED)
)
OF_IDS = any_(bindparam("ids", type_=ARRAY(BigInteger)))
CLOCKS_OF_IDEAS = CLOCKS.where(OwedResponse.idea_id == OF_IDS)
OF_IDEAS = (
    RESPONSES.where(Response.idea_id == OF_IDS)
    .ext(distinct_on(Response.idea_id))
    .order_by(Response.idea_id, Response.round.desc())
)
_newest = (
    select(Response.id)
    .where(Response.idea_id == Idea.id)
    .order_by(Response.round.desc())
    .limit(constant(1))
    .correlate(Idea)
    .scalar_subquery()
)
# Both at once, for lists.
STANDING: Select[Any] = (
    select(Idea.id, *_of_clock, *_columns)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .outerjoin(OwedResponse, and_(OwedResponse.idea_id == Idea.id, IS_OWED))
    .outerjoin(Response, Response.id == _newest)
    .outerjoin(Author, Author.id == Response.author_id)
    .outerjoin(For, For.id == Response.for_id)
    .outerjoin(Given, Given.id == Response.owed_id)
    .where(Idea.id == OF_IDS, or_(OwedResponse.id.is_not(None), Response.id.is_not(None)))
)


async def owed_by(db: AsyncSession, viewer: Viewer) -> list[OwedView]:
    """What the viewer owes, themselves or as a stand-in, the soonest due first; for strangers
    nothing."""
    if not viewer.signed_in:
        return []
    return [OwedView(*row) for row in await rows_of(db, OWED_BY, viewer.bound)]


async def responses_of(db: AsyncSession, idea_id: int) -> list[ResponseView]:
    """All answers to an idea, which the caller has found through the viewer; the newest first."""
    rows = await rows_of(db, OF_IDEA, {"idea_id": idea_id})
    return [msgspec.convert(row._asdict(), ResponseView) for row in rows]


async def newest_responses(db: AsyncSession, idea_ids: Sequence[int]) -> dict[int, ResponseView]:
    """The newest answer to each of these ideas, which were found through the viewer."""
    rows = await rows_of(db, OF_IDEAS, {"ids": list(idea_ids)}) if idea_ids else []
    return {row.idea_id: msgspec.convert(row._asdict(), ResponseView) for row in rows}


async def clocks_of(db: AsyncSession, idea_ids: Sequence[int]) -> dict[int, ClockView]:
    """The running reply clock of each of these ideas, which were found through the viewer."""
    rows = await rows_of(db, CLOCKS_OF_IDEAS, {"ids": list(idea_ids)}) if idea_ids else []
    return {row.idea_id: ClockView(*row) for row in rows}


async def standing_of(
    db: AsyncSession, idea_ids: Sequence[int]
) -> dict[int, tuple[ClockView | None, ResponseView | None]]:
    """The running reply clock and the newest answer of each of these ideas that has one of them;
    they were found through the viewer."""
    rows = await rows_of(db, STANDING, {"ids": list(idea_ids)}) if idea_ids else []
    return {row[0]: _both(list(row)[1:]) for row in rows}


def _both(values: list[Any]) -> tuple[ClockView | None, ResponseView | None]:
    clock, response = values[: len(_of_clock)], values[len(_of_clock) :]
    named = dict(zip(ResponseView.__struct_fields__, response, strict=True))
    return (
        ClockView(*clock) if clock[0] is not None else None,
        msgspec.convert(named, ResponseView) if named["id"] is not None else None,
    )
