"""Query for the viewer's own ideas that others have supported lately."""

from datetime import datetime

import msgspec
from sqlalchemy import DateTime, bindparam, desc, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import CoAuthor, Idea, Vote
from ideahub.ideas.queries import LISTED_IDEAS

MOST = 5


class SupportedIdea(msgspec.Struct, frozen=True):
    """An idea, and how many people have supported it. Who they are is not told."""

    id: int
    title: str
    votes: int


_together = exists().where(CoAuthor.idea_id == Idea.id, CoAuthor.person_id == VIEWER_ID)
SUPPORTED = (
    select(Idea.id, Idea.title, func.count().label("votes"))
    .join(Vote, Vote.idea_id == Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        or_(Idea.author_id == VIEWER_ID, _together),
        LISTED_IDEAS,
        Vote.created_at > bindparam("since", type_=DateTime(timezone=True)),
        Vote.person_id != VIEWER_ID,
    )
    .group_by(Idea.id, Idea.title)
    .order_by(desc("votes"), desc(Idea.id))
    .limit(constant(MOST))
)


async def supported_since(db: AsyncSession, viewer: Viewer, since: datetime) -> list[SupportedIdea]:
    """At most MOST of the viewer's own ideas with their new votes, those with the most first."""
    rows = await rows_of(db, SUPPORTED, {**viewer.bound, "since": since})
    return [SupportedIdea(*row) for row in rows]
