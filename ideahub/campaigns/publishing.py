"""The rules for publishing a campaign, from when on its audience can see it."""

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import must_lack_nothing
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import (
    PlannedPublication,
    PlanOutcome,
    PublicationRecord,
    PublicationStep,
)
from ideahub.campaigns.review_state import must_be_approved
from ideahub.campaigns.scheduling import mark_as_announced
from ideahub.campaigns.writing_rules import publish_waiting_rules
from ideahub.core.events import Kind, record
from ideahub.core.viewer import Viewer


async def publish_campaign(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Publishes a campaign whose row is locked; does nothing where it is published already.

    Raises Invalid with everything that is missing, and Conflict where an admin has to approve it
    first.
    """
    if campaign.published_at:
        return
    await must_lack_nothing(db, campaign)
    await must_be_approved(db, campaign)
    await make_public(db, viewer, campaign, publisher_id=viewer.person_id)


async def make_public(
    db: AsyncSession, viewer: Viewer | None, campaign: Campaign, *, publisher_id: int
) -> None:
    """Publishes a campaign that lacks nothing and may be published, and whose row is locked.

    `publisher_id` is who is shown as the one who asks; `viewer` is who did it, None for the clock.
    """
    campaign.published_at = func.now()
    campaign.published_by = publisher_id
    done_by = viewer.id if viewer else None
    db.add(
        PublicationRecord(campaign_id=campaign.id, step=PublicationStep.PUBLISHED, done_by=done_by)
    )
    await end_plan(db, campaign.id, PlanOutcome.PUBLISHED, done_by)
    await mark_as_announced(db, campaign)
    await record(db, Kind.CAMPAIGN_PUBLISHED, viewer, on=campaign, publisher=publisher_id)
    await publish_waiting_rules(db, viewer, campaign)
    await db.refresh(campaign)


async def end_plan(
    db: AsyncSession,
    campaign_id: int,
    outcome: PlanOutcome,
    ended_by: int | None,
    reason: str = "",
) -> bool:
    """Ends the planned publication that stands, if there is one; returns whether there was."""
    standing = PlannedPublication.campaign_id == campaign_id, PlannedPublication.ended_at.is_(None)
    ended = {"ended_at": func.now(), "ended_by": ended_by, "outcome": outcome, "reason": reason}
    found = await db.execute(
        update(PlannedPublication)
        .where(*standing)
        .values(ended)
        .returning(PlannedPublication.id)
        .execution_options(synchronize_session=False)
    )
    return found.scalar() is not None
