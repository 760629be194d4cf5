"""Rules for asking an admin to look at a draft before it is published, and for the answer."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import must_lack_nothing
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import (
    CampaignReview,
    PlannedPublication,
    ReviewDecision,
)
from ideahub.campaigns.publishing import make_public
from ideahub.campaigns.review_changes import looked_at
from ideahub.campaigns.review_state import (
    ReviewState,
    admins_of,
    content_fingerprint,
    review_now,
)
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Role, Viewer


async def ask_for_review(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Asks the admins to look at a draft whose row is locked; does nothing where that waits for an
    answer already.

    Raises Invalid with everything that is missing, and Conflict where nobody has to be asked.
    """
    if campaign.published_at:
        raise Conflict(_("It is published already."))
    now = await review_now(db, campaign)
    if now.state is ReviewState.WAITING:
        return
    if now.lets_publish:
        raise Conflict(_("It needs no review: it can be published as it is."))
    await must_lack_nothing(db, campaign)
    asked = CampaignReview(campaign_id=campaign.id, asked_by=viewer.person_id)
    db.add(asked)
    await db.flush()
    await record(db, Kind.PUBLICATION_REVIEW_ASKED, viewer, on=campaign, subject=asked)


async def approve(db: AsyncSession, viewer: Viewer, campaign: Campaign, *, seen: str) -> None:
    """Approves a draft whose row is locked, and publishes it, unless its publication is planned for
    later: then the clock does. A second press does nothing.

    `seen` is the fingerprint of what the admin was shown. Raises Forbidden for whoever is no admin
    there, Conflict where nothing waits for an answer, where it was changed since the admin looked,
    and where the admin asked and another one could answer; Invalid with everything that is missing.
    """
    waiting = await _waiting(db, viewer, campaign, ReviewDecision.APPROVED)
    if waiting is None:
        return
    fingerprint = await content_fingerprint(db, campaign)
    if seen != fingerprint:
        raise Conflict(
            _("It was changed while you looked at it. Read it again before you approve it.")
        )
    await must_lack_nothing(db, campaign)
    waiting.by_only_admin = await _must_not_be_own(db, viewer, campaign, waiting)
    waiting.fingerprint = fingerprint
    await _decide(db, viewer, campaign, waiting, ReviewDecision.APPROVED)
    if not await _is_planned(db, campaign):
        await make_public(db, viewer, campaign, publisher_id=waiting.asked_by)


async def ask_for_edits(db: AsyncSession, viewer: Viewer, campaign: Campaign, reason: str) -> None:
    """Gives a draft whose row is locked back to its managers, with the reason. A second press does
    nothing. Raises as `approve` does, and Invalid without a reason."""
    waiting = await _waiting(db, viewer, campaign, ReviewDecision.EDITS_ASKED)
    if waiting is None:
        return
    if not reason:
        raise Invalid(_("Say what should be changed, and why."), field="reason")
    waiting.by_only_admin = await _must_not_be_own(db, viewer, campaign, waiting)
    waiting.reason = reason
    await _decide(db, viewer, campaign, waiting, ReviewDecision.EDITS_ASKED)


async def _waiting(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, wanted: ReviewDecision
) -> CampaignReview | None:
    """The request that waits; None where the viewer has answered it like this already."""
    if not viewer.holds(Role.ADMIN, campaign.organisation_id):
        viewer.must_sign_in()
        raise Forbidden(_("Only admins of the organisation that asks decide on this."))
    latest = (await review_now(db, campaign)).latest
    if latest and latest.decision is None and not campaign.published_at:
        return latest
    if latest and latest.decision == wanted and viewer.is_person(latest.decided_by):
        return None
    raise Conflict(_("Nothing waits for an answer here: somebody else was quicker, or it is out."))


async def _must_not_be_own(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, waiting: CampaignReview
) -> bool:
    """Whether the viewer answers their own request, as the only admin; raises Conflict where
    another admin could."""
    if not viewer.is_person(waiting.asked_by):
        return False
    if await admins_of(db, campaign.organisation_id) - {viewer.person_id}:
        raise Conflict(_("You asked for this review. Another admin has to answer it."))
    return True


async def _decide(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    waiting: CampaignReview,
    decision: ReviewDecision,
) -> None:
    waiting.looked_at = await looked_at(db, campaign)
    waiting.decision = decision
    waiting.decided_by = viewer.person_id
    waiting.decided_at = await db.scalar(select(func.now()))
    await db.flush()
    kinds = {
        ReviewDecision.APPROVED: Kind.PUBLICATION_APPROVED,
        ReviewDecision.EDITS_ASKED: Kind.PUBLICATION_EDITS_ASKED,
    }
    why = {"reason": waiting.reason} if waiting.reason else {}
    await record(db, kinds[decision], viewer, on=campaign, subject=waiting, **why)


async def _is_planned(db: AsyncSession, campaign: Campaign) -> bool:
    planned = select(PlannedPublication.at).where(
        PlannedPublication.campaign_id == campaign.id, PlannedPublication.ended_at.is_(None)
    )
    at = await db.scalar(planned)
    return at is not None and at > datetime.now(UTC)
