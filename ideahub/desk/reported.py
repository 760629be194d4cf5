"""Query for what people pointed out: that the condition of an answer has come true."""

from datetime import datetime

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import shown_name
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.organisations.models import Person
from ideahub.responses.models import ConditionReport, Response

MOST = 500
REPORTS = (
    select(
        ConditionReport.id,
        Idea.id.label("idea_id"),
        Idea.title,
        shown_name(ConditionReport.person_id, Person.name).label("author"),
        ConditionReport.evidence,
        ConditionReport.created_at,
    )
    .join(Response, Response.id == ConditionReport.response_id)
    .join(Idea, Idea.id == Response.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .join(Person, Person.id == ConditionReport.person_id)
    .where(
        LISTED_IDEAS,
        or_(Response.author_id == VIEWER_ID, Response.for_id == VIEWER_ID),
        Response.is_asleep,
        ConditionReport.confirmed_at.is_(None),
        ConditionReport.refused_at.is_(None),
    )
    .order_by(ConditionReport.created_at, ConditionReport.id)
    .limit(constant(MOST))
)


class Reported(msgspec.Struct, frozen=True):
    """Somebody says that what would change the viewer's answer has come true."""

    id: int
    idea_id: int
    title: str
    author: str
    evidence: str
    created_at: datetime


async def conditions_reported(db: AsyncSession, viewer: Viewer) -> list[Reported]:
    """What waits for the viewer, who gave the answer, the longest waiting first."""
    return [Reported(*row) for row in await rows_of(db, REPORTS, viewer.bound)]
