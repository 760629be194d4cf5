"""Rules for archiving a campaign, which stays readable and takes nothing any more, and for taking
it out of the archive."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.publication_models import PublicationRecord, PublicationStep
from ideahub.campaigns.unpublishing import close_and_find
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer


async def archive(db: AsyncSession, viewer: Viewer, campaign_id: int, reason: str) -> None:
    """Archives a published campaign, with the reason on its page and its record; a second press
    does nothing.

    Raises as `find_managed` does, Conflict for a draft, Invalid without a reason.
    """
    campaign = await close_and_find(db, viewer, campaign_id)
    if campaign.archived_at:
        return
    if not campaign.published_at:
        raise Conflict(_("This is a draft: it can be thrown away, but not archived."))
    if not reason:
        raise Invalid(_("Say why: everyone who opens its page reads it."), field="archive_reason")
    campaign.archived_at = await db.scalar(select(func.now()))
    campaign.archived_by = viewer.person_id
    campaign.archive_reason = reason
    await _mark_phases(db, campaign.id, archived=True)
    _note(db, viewer, campaign.id, PublicationStep.ARCHIVED, reason)
    await record(db, Kind.CAMPAIGN_ARCHIVED, viewer, on=campaign, reason=reason)


async def unarchive(db: AsyncSession, viewer: Viewer, campaign_id: int) -> None:
    """Takes a campaign out of the archive, so that its phases hold again; does nothing for one that
    is not there. Raises as `find_managed` does."""
    campaign = await close_and_find(db, viewer, campaign_id)
    if not campaign.archived_at:
        return
    campaign.archived_at = campaign.archived_by = None
    campaign.archive_reason = ""
    await _mark_phases(db, campaign.id, archived=False)
    _note(db, viewer, campaign.id, PublicationStep.UNARCHIVED)
    await record(db, Kind.CAMPAIGN_UNARCHIVED, viewer, on=campaign)


async def _mark_phases(db: AsyncSession, campaign_id: int, *, archived: bool) -> None:
    own = update(Phase).where(Phase.campaign_id == campaign_id).values(is_archived=archived)
    await db.execute(own.execution_options(synchronize_session=False))


def must_not_be_archived(campaign: Campaign) -> None:
    """Raises Conflict for an archived campaign: it stays as it was."""
    if campaign.archived_at:
        raise Conflict(
            _("This is archived, and stays as it was. Take it out of the archive to change it.")
        )


def _note(
    db: AsyncSession, viewer: Viewer, campaign_id: int, step: PublicationStep, reason: str = ""
) -> None:
    db.add(
        PublicationRecord(
            campaign_id=campaign_id, step=step, done_by=viewer.person_id, reason=reason
        )
    )
