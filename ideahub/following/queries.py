"""Queries for the ideas and campaigns that a person follows."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, page_of
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import CampaignFollow, Follow
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import VISIBLE_IDEAS

MOST_IDEAS, MOST_CAMPAIGNS = 20, 50
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
FOLLOWED_IDEAS = (
    select(Idea.id, Idea.title, Idea.stage, _changed_at)
    .join(Follow, Follow.idea_id == Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Follow.person_id == VIEWER_ID, VISIBLE_IDEAS)
    .order_by(_changed_at.desc(), Idea.id.desc())
    .limit(constant(MOST_IDEAS))
)
FOLLOWED_CAMPAIGNS = (
    select(Campaign.id, Campaign.kind, Campaign.title, Campaign.question)
    .join(CampaignFollow, CampaignFollow.campaign_id == Campaign.id)
    .where(CampaignFollow.person_id == VIEWER_ID, VISIBLE_CAMPAIGNS)
    .order_by(CampaignFollow.created_at.desc(), Campaign.id.desc())
    .limit(constant(MOST_CAMPAIGNS))
)


class FollowedIdea(msgspec.Struct, frozen=True):
    """An idea that a person follows, and the time of the last deed on it."""

    id: int
    title: str
    stage: Stage
    changed_at: datetime


class FollowedCampaign(msgspec.Struct, frozen=True):
    """A campaign that a person follows."""

    id: int
    kind: str
    title: str
    question: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return page_of(self.kind, self.id)


async def followed_ideas(db: AsyncSession, viewer: Viewer) -> list[FollowedIdea]:
    """At most MOST_IDEAS that the viewer follows and may see, the last changed first."""
    return [FollowedIdea(*row) for row in await rows_of(db, FOLLOWED_IDEAS, viewer.bound)]


async def followed_campaigns(db: AsyncSession, viewer: Viewer) -> list[FollowedCampaign]:
    """At most MOST_CAMPAIGNS that the viewer follows and may see, the last followed first."""
    return [FollowedCampaign(*row) for row in await rows_of(db, FOLLOWED_CAMPAIGNS, viewer.bound)]
