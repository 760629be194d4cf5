"""Rules for publishing a draft at a planned time: planning, moving, cancelling, and what the clock
does then."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.lacking import lacks_of
from ideahub.campaigns.local_time import EARLIEST, LATEST, known_zones, moment_of
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import NOW
from ideahub.campaigns.publication_models import PlannedPublication, PlanOutcome
from ideahub.campaigns.publishing import end_plan, make_public
from ideahub.campaigns.review_state import must_be_approved
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.languages import SOURCE, in_language, offered
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Person

AT_ONCE = 20


async def plan_publication(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, local: datetime | None, timezone: str
) -> str:
    """Plans the publication of a draft whose row is locked, in place of an earlier plan; returns a
    sentence where the local time was not clear. What is missing may still be filled in until then.

    Raises Conflict for one that is published, Invalid for a time that cannot be used.
    """
    if campaign.published_at:
        raise Conflict(_("It is published already."))
    if local is None:
        raise Invalid(_("Say on which day and at what time."), field="publish_at")
    if timezone not in known_zones():
        raise Invalid(_("Choose a time zone from the list."), field="publish_zone")
    if not EARLIEST <= local < LATEST:
        raise Invalid(_("Enter a year from 2000 to 2099."), field="publish_at")
    meant = moment_of(local, timezone)
    if meant.at <= (await db.execute(select(func.now()))).scalar_one():
        raise Invalid(_("Choose a time from now on, or publish it now."), field="publish_at")
    standing = await standing_plan(db, campaign.id)
    if standing and (standing.local_time, standing.timezone) == (local, timezone):
        return meant.note
    await end_plan(db, campaign.id, PlanOutcome.MOVED, viewer.person_id)
    plan = PlannedPublication(
        campaign_id=campaign.id,
        planned_by=viewer.person_id,
        local_time=local,
        timezone=timezone,
        at=meant.at,
    )
    db.add(plan)
    await record(db, Kind.PUBLICATION_PLANNED, viewer, on=campaign, subject=plan)
    return meant.note


async def cancel_plan(db: AsyncSession, viewer: Viewer, campaign: Campaign) -> None:
    """Cancels the planned publication of a draft whose row is locked; does nothing where none
    stands."""
    if await end_plan(db, campaign.id, PlanOutcome.CANCELLED, viewer.person_id):
        await record(db, Kind.PUBLICATION_CANCELLED, viewer, on=campaign)


async def standing_plan(db: AsyncSession, campaign_id: int) -> PlannedPublication | None:
    """The planned publication that stands; None where there is none."""
    standing = select(PlannedPublication).where(
        PlannedPublication.campaign_id == campaign_id, PlannedPublication.ended_at.is_(None)
    )
    found: PlannedPublication | None = await db.scalar(standing)
    return found


async def plans_by_new_rules(db: AsyncSession) -> None:
    """Computes the moments of the plans that stand again, after the rules of time zones changed:
    the local times stay as they were typed."""
    standing = select(PlannedPublication).where(PlannedPublication.ended_at.is_(None))
    for plan in (await db.scalars(held(standing.order_by(PlannedPublication.id)))).all():
        plan.at = moment_of(plan.local_time, plan.timezone).at
    await db.flush()


async def publish_planned(db: AsyncSession) -> None:
    """Publishes the drafts whose planned time has come, for the clock, each once. One in which
    something is missing, or that is not approved, stays a draft, and its plan says why."""
    due = (
        select(PlannedPublication.campaign_id)
        .where(PlannedPublication.ended_at.is_(None), PlannedPublication.at <= NOW)
        .order_by(PlannedPublication.at, PlannedPublication.id)
        .limit(AT_ONCE)
    )
    for campaign_id in (await db.scalars(due)).all():
        # In the order in which managers lock them; one that they cancelled meanwhile has no plan.
        campaign = await locked(db, Campaign, campaign_id)
        plan = await standing_plan(db, campaign_id)
        if plan is not None:
            await _publish(db, campaign, plan)


async def _publish(db: AsyncSession, campaign: Campaign, plan: PlannedPublication) -> None:
    if campaign.published_at or campaign.discarded_at:
        await end_plan(db, campaign.id, PlanOutcome.CANCELLED, None)
        return
    planner = await db.get_one(Person, plan.planned_by)
    chosen = planner.language if planner.language in offered() else SOURCE
    with in_language(chosen or SOURCE):
        why_not = await _why_not(db, campaign)
    if why_not:
        await end_plan(db, campaign.id, PlanOutcome.PREVENTED, None, why_not)
        await record(db, Kind.PUBLICATION_PREVENTED, None, on=campaign)
    else:
        await make_public(db, None, campaign, publisher_id=plan.planned_by)


async def _why_not(db: AsyncSession, campaign: Campaign) -> str:
    if lacks := (await lacks_of(db, campaign)).needed:
        return " ".join(lack.sentence for lack in lacks)
    try:
        await must_be_approved(db, campaign)
    except Conflict as refused:
        return refused.reason
    return ""
