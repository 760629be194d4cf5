"""Queries for the followers of an idea, and for the ideas that a person follows."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of, table_of
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import Follow
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import IDEA_ID, VISIBLE_IDEAS

MOST = 20
FOLLOW = table_of(Follow)
FOLLOWERS = select(func.count()).where(FOLLOW.c.idea_id == IDEA_ID)
FOLLOWS = select(FOLLOW.c.idea_id).where(
    FOLLOW.c.idea_id == IDEA_ID, FOLLOW.c.person_id == VIEWER_ID
)
# The time of the newest deed on an idea; following it does not count as a change, nor does
# showing one's name beside one's support.
CHANGED_AT = (
    select(func.max(Event.created_at))
    .where(
        Event.idea_id == Idea.id,
        Event.kind.not_in([Kind.IDEA_FOLLOWED, Kind.IDEA_UNFOLLOWED, Kind.VOTE_NAMED]),
    )
    .correlate(Idea)
    .scalar_subquery()
)
_changed_at = func.coalesce(CHANGED_AT, Idea.created_at).label("changed_at")
FOLLOWED = (
    select(Idea.id, Idea.title, Idea.stage, _changed_at)
    .join(Follow, Follow.idea_id == Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Follow.person_id == VIEWER_ID, VISIBLE_IDEAS)
    .order_by(_changed_at.desc(), Idea.id.desc())
    .limit(constant(MOST))
)


class FollowedIdea(msgspec.Struct, frozen=True):
    """An idea that a person follows, and the time of the last deed on it."""

    id: int
    title: str
    stage: Stage
    changed_at: datetime


async def followers_of(db: AsyncSession, idea_id: int) -> int:
    """How many people follow the idea."""
    ((count,),) = await rows_of(db, FOLLOWERS, {IDEA_ID.key: idea_id})
    return int(count)


async def follows(db: AsyncSession, viewer: Viewer, idea_id: int) -> bool:
    """Whether the viewer, who is signed in, follows the idea."""
    return bool(await rows_of(db, FOLLOWS, {IDEA_ID.key: idea_id, VIEWER_ID.key: viewer.id}))


async def followed_by(db: AsyncSession, viewer: Viewer) -> list[FollowedIdea]:
    """At most 20 ideas that the viewer follows and may see, the last changed first."""
    return [FollowedIdea(*row) for row in await rows_of(db, FOLLOWED, viewer.bound)]
