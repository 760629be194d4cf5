"""The rule for publishing a campaign, from when on its audience can see it."""

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.checking import missing
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.scheduling import mark_as_announced
from ideahub.campaigns.writing_rules import publish_waiting_rules
from ideahub.core.events import Kind, record
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer


async def publish_campaign(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Publishes a campaign whose row is locked; does nothing where it is published already.

    Raises Invalid with everything that is missing.
    """
    if campaign.published_at:
        return
    lacks = missing(campaign, await phases_now(db, campaign.id))
    if lacks:
        raise Invalid(" ".join(sentence for _step, sentence in lacks))
    campaign.published_at = func.now()
    campaign.published_by = viewer.person_id
    await mark_as_announced(db, campaign)
    await record(db, Kind.CAMPAIGN_PUBLISHED, viewer, on=campaign)
    await publish_waiting_rules(db, viewer, campaign)
    await db.refresh(campaign)
