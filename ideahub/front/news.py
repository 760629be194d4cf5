"""The news on the home page: the newest deeds on ideas."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, and_, any_, desc, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.events import IS_NEWS, IS_TOLD, Event, Kind
from ideahub.core.quick_rows import with_one_plan
from ideahub.core.viewer import VIEWER_ORGANISATIONS, Viewer
from ideahub.following.places import place_of
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.pseudonyms import shown_name, unless_concealed
from ideahub.organisations.models import Person
from ideahub.pipeline.models import Review


def _is_one_of(kind: Any, kinds: Sequence[Kind]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = kind.in_([constant(each) for each in kinds])
    return condition


# The stage to which the decision that the event is about moved the idea.
brought_to = (
    select(Review.to_stage)
    .where(Event.subject_type == Review.__tablename__, Review.id == Event.subject_id)
    .correlate(Event)
    .scalar_subquery()
)
# Decisions about where an idea stands; a newer one makes an older one untrue.
DECISIONS = (
    Kind.STAGE_ADVANCED,
    Kind.STAGE_HELD,
    Kind.STAGE_SENT_BACK,
    Kind.IDEA_STOPPED,
    Kind.IDEA_PARKED,
    Kind.IDEA_WOKEN,
)
# What ends a pledge, and what an offer comes to.
ENDINGS = (Kind.PLEDGE_WITHDRAWN, Kind.PLEDGE_LAPSED)
ANSWERS = (Kind.PLEDGE_ACCEPTED, Kind.PLEDGE_DECLINED)
Later = aliased(Event, name="later")
IS_OVERTAKEN = exists().where(
    Later.idea_id == Event.idea_id,
    Later.id > Event.id,
    or_(
        and_(_is_one_of(Event.kind, DECISIONS), _is_one_of(Later.kind, DECISIONS)),
        and_(
            _is_one_of(Event.kind, (Kind.PLEDGE_OFFERED, Kind.PLEDGE_ACCEPTED)),
            _is_one_of(Later.kind, ENDINGS),
            Later.subject_id == Event.subject_id,
        ),
        and_(
            Event.kind == constant(Kind.PLEDGE_OFFERED),
            _is_one_of(Later.kind, ANSWERS),
            Later.subject_id == Event.subject_id,
        ),
        # An answer that parks the idea says so itself.
        and_(
            Event.kind == constant(Kind.IDEA_PARKED),
            Later.kind == constant(Kind.RESPONSE_GIVEN),
            Later.xact_id == Event.xact_id,
        ),
    ),
)


class NewsItem(msgspec.Struct, frozen=True):
    """A deed on an idea, and who did it.

    `actor` is the name as the idea shows it, and `actor_id` is 0 where that is a pseudonym.
    `stage` is the stage to which the deed moved the idea; for other deeds its present one.
    """

    id: int
    kind: Kind
    at: datetime
    actor: str
    actor_id: int
    idea_id: int
    title: str
    stage: Stage
    subject_id: int

    @property
    def place(self) -> str:
        """Where it can be read."""
        return place_of(self.kind, self.idea_id, self.subject_id)


MOST = 8
MOST_OF_STAFF = 5
NEWEST_FIRST = (desc(Event.created_at), desc(Event.id))
LATEST_NEWS = (
    select(
        Event.id,
        Event.kind,
        Event.created_at,
        shown_name(Event.actor_id, Person.name).label("actor"),
        unless_concealed(Event.actor_id, Event.actor_id).label("actor_id"),
        Idea.id.label("idea_id"),
        Idea.title,
        func.coalesce(brought_to, Idea.stage).label("stage"),
        Event.subject_id,
    )
    .join(Idea, Idea.id == Event.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Person, Person.id == Event.actor_id)
    .order_by(*NEWEST_FIRST)
    .limit(constant(MOST))
)
PUBLIC_NEWS = LATEST_NEWS.where(IS_NEWS, Idea.is_listed, Campaign.is_public, ~IS_OVERTAKEN)
# Looked for in each internal campaign by itself: among all deeds of a busy site these may be few.
# What is news is told, too, and the index for what is told has the campaign.
Internal = aliased(Campaign, name="internal")
_of_campaign = (
    select(Event.id)
    .join(Idea, Idea.id == Event.idea_id)
    .where(Event.campaign_id == Internal.id, IS_TOLD, IS_NEWS, Idea.is_listed, ~IS_OVERTAKEN)
    .order_by(*NEWEST_FIRST)
    .limit(constant(MOST_OF_STAFF))
    .correlate(Internal)
    .lateral()
)
STAFF_NEWS = with_one_plan(
    LATEST_NEWS.where(
        Event.id.in_(
            select(_of_campaign.c.id)
            .select_from(Internal)
            .join(_of_campaign, true())
            .where(
                Internal.is_published,
                ~Internal.is_public,
                Internal.organisation_id == any_(VIEWER_ORGANISATIONS),
            )
        )
    ).limit(constant(MOST_OF_STAFF))
)


async def public_news(db: AsyncSession) -> list[NewsItem]:
    """The eight newest items about ideas that everyone may see, without what is true no more."""
    return _items(await rows_of(db, PUBLIC_NEWS, {}))


async def staff_news(db: AsyncSession, viewer: Viewer) -> list[NewsItem]:
    """The five newest about ideas that only staff may see, in the viewer's organisation and all
    above it."""
    return _items(await rows_of(db, STAFF_NEWS, viewer.bound))


def _items(rows: Sequence[Row[Any]]) -> list[NewsItem]:
    return [
        NewsItem(
            id=row.id,
            kind=Kind(row.kind),
            at=row.created_at,
            actor=row.actor,
            actor_id=row.actor_id or 0,
            idea_id=row.idea_id,
            title=row.title,
            stage=Stage(row.stage),
            subject_id=row.subject_id or 0,
        )
        for row in rows
    ]
