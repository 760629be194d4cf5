"""Queries for what waits before a publication: for admins, and for whoever wants to publish."""

from datetime import datetime

import msgspec
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publication_models import (
    CampaignReview,
    PlannedPublication,
    PlanOutcome,
    ReviewDecision,
)
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Role, Viewer, viewer_holds
from ideahub.organisations.models import Organisation, Person

MOST = 100


class WaitingReview(msgspec.Struct, frozen=True):
    """A draft that waits for an admin's answer."""

    campaign_id: int
    title: str
    question: str
    organisation: str
    asked_by: str
    asked_at: datetime


class Setback(msgspec.Struct, frozen=True):
    """A draft of the viewer that did not go out: edits were asked for, or at the planned time
    something was missing."""

    campaign_id: int
    title: str
    question: str
    reason: str
    at: datetime
    edits_asked: bool


IS_DRAFT = and_(Campaign.published_at.is_(None), Campaign.discarded_at.is_(None))
WAITING = (
    select(
        Campaign.id,
        Campaign.title,
        Campaign.question,
        Organisation.name,
        Person.name,
        CampaignReview.created_at,
    )
    .join(Campaign, Campaign.id == CampaignReview.campaign_id)
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .join(Person, Person.id == CampaignReview.asked_by)
    .where(
        CampaignReview.decided_at.is_(None),
        IS_DRAFT,
        viewer_holds(Role.ADMIN, Campaign.organisation_id),
    )
    .order_by(CampaignReview.created_at, CampaignReview.id)
    .limit(constant(MOST))
)
_LaterReview, _LaterPlan = aliased(CampaignReview), aliased(PlannedPublication)
_no_later_review = ~(
    select(_LaterReview.id)
    .where(
        _LaterReview.campaign_id == CampaignReview.campaign_id,
        _LaterReview.id > CampaignReview.id,
    )
    .exists()
)
_no_later_plan = ~(
    select(_LaterPlan.id)
    .where(
        _LaterPlan.campaign_id == PlannedPublication.campaign_id,
        _LaterPlan.id > PlannedPublication.id,
    )
    .exists()
)
_refused = and_(
    CampaignReview.decision == constant(ReviewDecision.EDITS_ASKED),
    CampaignReview.asked_by == VIEWER_ID,
    _no_later_review,
)
_prevented = and_(
    PlannedPublication.outcome == constant(PlanOutcome.PREVENTED),
    PlannedPublication.planned_by == VIEWER_ID,
    _no_later_plan,
)
SETBACKS = (
    select(
        Campaign.id,
        Campaign.title,
        Campaign.question,
        func.coalesce(CampaignReview.reason, PlannedPublication.reason),
        func.coalesce(CampaignReview.decided_at, PlannedPublication.ended_at).label("at"),
        CampaignReview.id.is_not(None),
    )
    .outerjoin(CampaignReview, and_(CampaignReview.campaign_id == Campaign.id, _refused))
    .outerjoin(PlannedPublication, and_(PlannedPublication.campaign_id == Campaign.id, _prevented))
    .where(
        IS_DRAFT,
        viewer_holds(Role.MANAGER, Campaign.organisation_id),
        or_(CampaignReview.id.is_not(None), PlannedPublication.id.is_not(None)),
    )
    .order_by(func.coalesce(CampaignReview.decided_at, PlannedPublication.ended_at), Campaign.id)
    .limit(constant(MOST))
)


async def waiting_reviews(db: AsyncSession, viewer: Viewer) -> list[WaitingReview]:
    """The drafts that wait for an answer which the viewer may give as an admin, the longest waiting
    first; at most MOST."""
    if not viewer.is_admin:
        return []
    return [WaitingReview(*row) for row in await rows_of(db, WAITING, viewer.bound)]


async def setbacks_of(db: AsyncSession, viewer: Viewer) -> list[Setback]:
    """The drafts that the viewer wanted to publish and that did not go out, the oldest first."""
    if not viewer.can_manage:
        return []
    return [Setback(*row) for row in await rows_of(db, SETBACKS, viewer.bound)]
