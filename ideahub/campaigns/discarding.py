"""Rules for discarding the draft of a campaign, and for putting it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import PlanOutcome
from ideahub.campaigns.publishing import end_plan
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.travelling import forget_further
from ideahub.core.db import constant, rows_of
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Role, Viewer, viewer_holds

KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 100


class DiscardedDraft(msgspec.Struct, frozen=True):
    """A draft that can be put back."""

    id: int
    title: str
    question: str
    discarded_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it is deleted for good."""
        return self.discarded_at + KEPT


DISCARDED = (
    select(
        Campaign.id,
        Campaign.title,
        Campaign.question,
        Campaign.discarded_at,
    )
    .where(
        Campaign.discarded_at > func.now() - KEPT,
        viewer_holds(Role.MANAGER, Campaign.organisation_id),
    )
    .order_by(Campaign.discarded_at.desc(), Campaign.id.desc())
    .limit(constant(FORGOTTEN_AT_ONCE))
)


async def discard_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> None:
    """Discards a draft: nobody finds it any more, and for KEPT it can be put back. For a manager it
    does nothing where there is none, as for a second press.

    Raises as `find_managed` does, and Conflict for a published campaign.
    """
    try:
        campaign = await find_managed(db, viewer, campaign_id, lock=True)
    except NotFound:
        if viewer.can_manage:
            return
        raise
    if campaign.published_at:
        raise Conflict(_("This is published: it can be archived, but not thrown away."))
    await end_plan(db, campaign.id, PlanOutcome.CANCELLED, viewer.person_id)
    campaign.discarded_at = await db.scalar(select(func.now()))
    await db.flush()


async def restore_campaign(db: AsyncSession, viewer: Viewer, campaign_id: int) -> Campaign:
    """Puts a discarded draft back and returns it; a second press only returns it.

    Raises SignInNeeded, and NotFound where the viewer manages no such draft.
    """
    viewer.must_sign_in()
    campaign = await locked(db, Campaign, campaign_id)
    if not viewer.holds(Role.MANAGER, campaign.organisation_id):
        raise NotFound
    campaign.discarded_at = None
    await db.flush()
    return campaign


async def discarded_drafts(db: AsyncSession, viewer: Viewer) -> Sequence[DiscardedDraft]:
    """The drafts that the viewer can put back, the last discarded first."""
    return [DiscardedDraft(*row) for row in await rows_of(db, DISCARDED, viewer.bound)]


async def forget_discarded(db: AsyncSession) -> None:
    """Deletes drafts that were discarded longer ago than KEPT, at most FORGOTTEN_AT_ONCE, with all
    that belongs to them. The events of what was done on them stay, and their deletion is one."""
    past = Campaign.discarded_at < func.now() - KEPT, Campaign.published_at.is_(None)
    some = select(Campaign).where(*past).order_by(Campaign.id).limit(FORGOTTEN_AT_ONCE)
    for draft in (await db.scalars(held(some))).all():
        await record(db, Kind.CAMPAIGN_DELETED, None, on=draft, title=draft.title or draft.question)
        await forget_further(db, draft.id)
        await db.execute(delete(Campaign).where(Campaign.id == draft.id))
