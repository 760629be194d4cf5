"""Query for the viewer's own ideas that others have supported lately."""

from datetime import datetime

import msgspec
from sqlalchemy import DateTime, bindparam, desc, func, select, true, union
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.quick_rows import with_one_plan
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import CoAuthor, Idea, Vote
from ideahub.ideas.queries import LISTED_IDEAS

MOST = 5


class SupportedIdea(msgspec.Struct, frozen=True):
    """An idea, and how many people have supported it. Who they are is not told."""

    id: int
    title: str
    votes: int


# Found by two indexes; with `or`, PostgreSQL reads every vote instead.
_own = union(
    select(Idea.id).where(Idea.author_id == VIEWER_ID),
    select(CoAuthor.idea_id).where(CoAuthor.person_id == VIEWER_ID),
).subquery("own")
_new = (
    select(func.count().label("votes"))
    .where(
        Vote.idea_id == _own.c.id,
        Vote.created_at > bindparam("since", type_=DateTime(timezone=True)),
        Vote.person_id != VIEWER_ID,
    )
    .lateral("new")
)
SUPPORTED = with_one_plan(
    select(Idea.id, Idea.title, _new.c.votes)
    .join_from(_own, Idea, Idea.id == _own.c.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(_new, true())
    .where(LISTED_IDEAS, _new.c.votes > constant(0))
    .order_by(desc(_new.c.votes), desc(Idea.id))
    .limit(constant(MOST))
)


async def supported_since(db: AsyncSession, viewer: Viewer, since: datetime) -> list[SupportedIdea]:
    """At most MOST of the viewer's own ideas with their new votes, those with the most first."""
    rows = await rows_of(db, SUPPORTED, {**viewer.bound, "since": since})
    return [SupportedIdea(*row) for row in rows]
