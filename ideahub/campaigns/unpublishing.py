"""The rule for making a draft of a published campaign again, while nobody has taken part."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import PublicationRecord, PublicationStep
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.taking_part import taken_in
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import for_oneself
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer


async def unpublish(db: AsyncSession, viewer: Viewer, campaign_id: int, reason: str) -> Campaign:
    """Makes a draft of a published campaign again and returns it, with the reason on its record
    and for those who follow it; a second press only returns it.

    Raises as `find_managed` does; Invalid without a reason; Conflict where people have taken part,
    where it is archived, or where it was published elsewhere and only imported.
    """
    campaign = await close_and_find(db, viewer, campaign_id)
    if not campaign.published_at:
        return campaign
    if not reason:
        raise Invalid(
            _("Say why: it stays on the record, and those who follow it are told."),
            field="unpublish_reason",
        )
    if campaign.archived_at or campaign.source_ref:
        raise Conflict(_("This cannot become a draft again."), field="unpublish_reason")
    if await taken_in(db, campaign.id):
        raise Conflict(
            _("People have taken part, and rely on it. Archive it instead: it stays readable."),
            field="unpublish_reason",
        )
    campaign.published_at = campaign.published_by = None
    db.add(
        PublicationRecord(
            campaign_id=campaign.id,
            step=PublicationStep.UNPUBLISHED,
            done_by=viewer.person_id,
            reason=reason,
        )
    )
    await record(db, Kind.CAMPAIGN_UNPUBLISHED, viewer, on=campaign, reason=reason)
    return campaign


async def close_and_find(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Campaign:
    """The campaign, for its managers, while nothing can be sent in: whatever is being sent in now
    has come in, or waits and is refused. Raises as `find_managed` does."""
    await find_managed(db, viewer, campaign_id)
    # The strongest lock, before any other: whoever sends something in holds the row shared.
    row = for_oneself(select(Campaign).where(Campaign.id == campaign_id))
    return (await db.scalars(row)).one()
