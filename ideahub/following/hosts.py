"""Query for what an organisation asks."""

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, CampaignKind, page_of
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer

MOST = 50
ASKED = (
    select(
        Campaign.id,
        Campaign.kind,
        func.coalesce(func.nullif(Campaign.question, ""), Campaign.title),
        Campaign.tagline,
    )
    .where(
        Campaign.organisation_id == bindparam("organisation_id", type_=BigInteger),
        Campaign.is_published,
        VISIBLE_CAMPAIGNS,
    )
    .order_by(Campaign.published_at.desc(), Campaign.id.desc())
    .limit(constant(MOST))
)


class AskedCampaign(msgspec.Struct, frozen=True):
    """A challenge or idea box of the organisation."""

    id: int
    kind: CampaignKind
    heading: str
    tagline: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return page_of(self.kind, self.id)


async def asked_by(db: AsyncSession, viewer: Viewer, organisation_id: int) -> list[AskedCampaign]:
    """At most MOST that are published, and that the viewer may see, the latest first."""
    asked = {**viewer.bound, "organisation_id": organisation_id}
    return [AskedCampaign(*row) for row in await rows_of(db, ASKED, asked)]
