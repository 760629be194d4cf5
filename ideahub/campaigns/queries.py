"""Challenges and idea boxes that a viewer may know of."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden, NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.organisations.models import Organisation

LARGEST = 2**63 - 1


class HostOrganisation(msgspec.Struct, frozen=True):
    """An organisation that can ask a question."""

    id: int
    name: str


def visible_campaigns(viewer: Viewer) -> ColumnElement[bool]:
    """The one condition of who may know of a campaign; every surface uses it.

    Published and public: everyone. Published and internal: staff of the organisation and of
    all below it. Whoever manages the organisation sees its drafts too.
    """
    of_staff = and_(Campaign.is_published, Campaign.organisation_id.in_(viewer.organisations))
    known = or_(Campaign.is_public, of_staff) if viewer.organisations else Campaign.is_public
    return or_(known, viewer.covers(Role.MANAGER, Campaign.organisation_id))


async def find_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Campaign:
    """The campaign; raises NotFound where there is none that this viewer may know of."""
    known = Campaign.id == campaign_id, visible_campaigns(viewer)
    found = await db.scalar(select(Campaign).where(*known)) if campaign_id <= LARGEST else None
    if found is None:
        raise NotFound
    return found


async def find_managed(
    db: AsyncSession, viewer: Viewer, campaign_id: int, *, lock: bool = False
) -> Campaign:
    """The campaign, for its managers; raises SignInNeeded, NotFound, Forbidden.

    With `lock` its row is held until the transaction ends, so that changes follow each other.
    """
    viewer.must_sign_in()
    campaign = await find_campaign(db, viewer, campaign_id)
    if not viewer.holds(Role.MANAGER, campaign.organisation_id):
        raise Forbidden(_("Only managers of the organisation that asks can change this."))
    if lock:
        await lock_campaign(db, campaign)
    return campaign


async def lock_campaign(db: AsyncSession, campaign: Campaign) -> None:
    """Reads the campaign's row anew and holds it until the transaction ends; raises NotFound."""
    held = await db.scalar(
        select(Campaign)
        .where(Campaign.id == campaign.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if held is None:
        # A draft that was thrown away at this very moment.
        raise NotFound


async def managed_organisations(db: AsyncSession, viewer: Viewer) -> Sequence[HostOrganisation]:
    """The organisations where the viewer may start something, by name."""
    found = await db.execute(
        select(Organisation.id, Organisation.name)
        .where(viewer.covers(Role.MANAGER, Organisation.id))
        .order_by(Organisation.name, Organisation.id)
    )
    return [HostOrganisation(*row) for row in found]
