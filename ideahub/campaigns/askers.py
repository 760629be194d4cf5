"""Look-up of an organisation that asks something."""

from sqlalchemy import BigInteger, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation

ASKERS = select(Organisation).where(
    Organisation.id == bindparam("organisation_id", type_=BigInteger),
    or_(
        viewer_holds(Role.MANAGER, Organisation.id),
        exists()
        .where(Campaign.organisation_id == Organisation.id, VISIBLE_CAMPAIGNS)
        .correlate(Organisation),
    ),
)


async def find_asker(db: AsyncSession, viewer: Viewer, organisation_id: int) -> Organisation:
    """The organisation, for its managers and for those who see a campaign of it, which names it.
    Raises NotFound to all others: that some organisation exists may be unknown."""
    asked = {"organisation_id": min(organisation_id, MOST), **viewer.bound}
    found = await db.scalar(ASKERS, asked)
    if found is None:
        raise NotFound
    return found
