"""Where a viewer can post an idea now."""

import msgspec
from sqlalchemy import exists, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind, Phase
from ideahub.campaigns.phases import is_running
from ideahub.campaigns.queries import visible_campaigns
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Organisation


class OpenCampaign(msgspec.Struct, frozen=True):
    """A challenge or idea box that takes ideas."""

    id: int
    title: str
    question: str
    kind: CampaignKind
    audience: Audience
    allows_pseudonyms: bool
    organisation: str


async def with_ideas(db: AsyncSession, viewer: Viewer) -> list[tuple[int, str]]:
    """Number and title of what holds ideas in sight: the hundred with the most, by title."""
    most = (
        select(Campaign.id, Campaign.title)
        .where(visible_campaigns(viewer), Campaign.is_published, Campaign.ideas_count > 0)
        .order_by(Campaign.ideas_count.desc(), Campaign.id)
        .limit(literal_column("100"))
        .subquery()
    )
    found = await db.execute(select(most).order_by(most.c.title, most.c.id))
    return [(row.id, row.title) for row in found]


async def open_for_ideas(db: AsyncSession, viewer: Viewer) -> list[OpenCampaign]:
    """The published challenges and idea boxes in sight that accept ideas, by name."""
    accepting = exists().where(
        Phase.campaign_id == Campaign.id, Phase.accepts.contains([Accepts.IDEAS]), is_running()
    )
    found = await db.execute(
        select(
            Campaign.id,
            Campaign.title,
            Campaign.question,
            Campaign.kind,
            Campaign.audience,
            Campaign.allows_pseudonyms,
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Campaign.organisation_id)
        .where(visible_campaigns(viewer), Campaign.is_published, accepting)
        .order_by(Campaign.title, Campaign.id)
        .limit(200)
    )
    return [OpenCampaign(*row) for row in found]
