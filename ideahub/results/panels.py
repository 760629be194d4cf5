"""Finds the panel whose result is worked on, through the viewer."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.locking import locked
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.models import Panel

ONE = select(Panel).where(
    Panel.id == bindparam("panel_id", type_=BigInteger),
    Panel.campaign_id == bindparam("campaign_id", type_=BigInteger),
)
OF_CAMPAIGN = (
    select(Panel)
    .where(Panel.campaign_id == bindparam("campaign_id", type_=BigInteger))
    .order_by(Panel.id)
)


async def find_managed_panel(
    db: AsyncSession, viewer: Viewer, campaign_id: int, panel_id: int
) -> tuple[Campaign, Panel]:
    """A panel of a campaign, for the campaign's managers; raises what `find_managed` raises, and
    NotFound for a panel of another campaign."""
    campaign = await find_managed(db, viewer, campaign_id)
    asked = {"panel_id": panel_id, "campaign_id": campaign_id}
    found = await db.scalar(ONE, asked) if panel_id <= MOST else None
    if found is None:
        raise NotFound
    return campaign, found


async def panels_of(db: AsyncSession, campaign_id: int) -> Sequence[Panel]:
    """The panels of a campaign, in the order in which they were made."""
    return (await db.scalars(OF_CAMPAIGN, {"campaign_id": campaign_id})).all()


async def lock_panel(db: AsyncSession, panel: Panel) -> Panel:
    """The panel's row, locked until the transaction ends: what is done to its result by several
    managers at once is done one after the other."""
    return await locked(db, Panel, panel.id)
