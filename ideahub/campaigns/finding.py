"""Challenges and idea boxes that a viewer may know of."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Role
from ideahub.accounts.viewing import Viewer
from ideahub.campaigns.models import Audience, Campaign
from ideahub.i18n import _
from ideahub.refusals import NotFound


def visible_campaigns(viewer: Viewer) -> ColumnElement[bool]:
    """The one condition of who may know of a campaign; every surface uses it.

    Published and public: everyone. Published and internal: staff of the organisation and of
    all below it. Whoever manages the organisation sees its drafts too.
    """
    internal = Campaign.organisation_id.in_(viewer.organisations)
    published = and_(
        Campaign.published_at.is_not(None),
        or_(Campaign.audience == Audience.PUBLIC, internal)
        if viewer.organisations
        else Campaign.audience == Audience.PUBLIC,
    )
    return or_(published, viewer.covers(Role.MANAGER, Campaign.organisation_id))


async def find_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Campaign:
    """The campaign; raises NotFound where there is none that this viewer may know of."""
    found = await db.scalar(
        select(Campaign).where(Campaign.id == campaign_id, visible_campaigns(viewer))
    )
    if found is None:
        raise NotFound(_("There is no such challenge or idea box, or it is not open to you."))
    return found
