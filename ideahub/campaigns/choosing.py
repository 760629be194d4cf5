"""Queries for choosing a campaign: to post an idea in, or to filter ideas by."""

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Accepts, Audience, Campaign, CampaignKind
from ideahub.campaigns.phases import takes_now
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Organisation


class OpenCampaign(msgspec.Struct, frozen=True):
    """A campaign that accepts ideas now."""

    id: int
    title: str
    question: str
    kind: CampaignKind
    audience: Audience
    allows_pseudonyms: bool
    organisation: str

    @property
    def seen_by(self) -> str:
        """The sentence that says who sees an idea there."""
        return seen_by(self.audience, self.organisation)


_most = (
    select(Campaign.id, Campaign.title)
    .where(VISIBLE_CAMPAIGNS, Campaign.is_published, Campaign.ideas_count > constant(0))
    .order_by(Campaign.ideas_count.desc(), Campaign.id)
    .limit(constant(100))
    .subquery()
)
WITH_IDEAS = select(_most).order_by(_most.c.title, _most.c.id)
OPEN_FOR_IDEAS = (
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
    .where(
        VISIBLE_CAMPAIGNS,
        Campaign.is_published,
        takes_now(Campaign.id, Accepts.IDEAS),
    )
    .order_by(Campaign.title, Campaign.id)
    .limit(constant(200))
)


async def with_ideas(db: AsyncSession, viewer: Viewer) -> list[tuple[int, str]]:
    """The number and title of the campaigns with ideas that the viewer may see: the hundred with
    the most ideas, ordered by title."""
    return [(row.id, row.title) for row in await rows_of(db, WITH_IDEAS, viewer.bound)]


async def open_for_ideas(db: AsyncSession, viewer: Viewer) -> list[OpenCampaign]:
    """The published campaigns that the viewer may see and that accept ideas now, by title; at
    most 200."""
    return [OpenCampaign(*row) for row in await rows_of(db, OPEN_FOR_IDEAS, viewer.bound)]
