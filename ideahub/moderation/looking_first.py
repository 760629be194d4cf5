"""The rule for choosing which new texts of a campaign wait for a moderator."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import LooksFirst, LooksFirstSetting


async def looks_first_in(db: AsyncSession, campaign_id: int) -> LooksFirst:
    """What was chosen for the campaign."""
    setting = await db.get(LooksFirstSetting, campaign_id)
    return LooksFirst(setting.looks_first) if setting else LooksFirst.OFF


async def look_first(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, chosen: LooksFirst
) -> None:
    """Changes it for new texts; what waits goes on waiting. Does nothing where it is chosen
    already. The caller has found the campaign, and locked it, as its manager."""
    if await looks_first_in(db, campaign.id) == chosen:
        return
    values = {"looks_first": chosen, "changed_by": viewer.person_id}
    setting = await db.get(LooksFirstSetting, campaign.id)
    if setting:
        setting.looks_first, setting.changed_by = chosen, viewer.person_id
        setting.created_at = (await db.execute(select(func.now()))).scalar_one()
    else:
        db.add(LooksFirstSetting(campaign_id=campaign.id, **values))
    await db.flush()
    await record(db, Kind.MODERATION_CHANGED, viewer, on=campaign, looks_first=chosen)
