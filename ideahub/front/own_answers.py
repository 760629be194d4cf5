"""Query for the answers to ideas that the viewer owes, and those that they gave."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import false, func, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.responses.models import OwedResponse, Response, ResponseOwner, Verdict

MOST = 5
_owed = (
    select(
        OwedResponse.idea_id,
        OwedResponse.due_on,
        (OwedResponse.due_at < func.now()).label("is_late"),
        null().label("verdict"),
        OwedResponse.due_at.label("at"),
    )
    .join(ResponseOwner, ResponseOwner.owed_id == OwedResponse.id)
    .where(
        ResponseOwner.person_id == VIEWER_ID,
        ResponseOwner.ended_at.is_(None),
        OwedResponse.is_open,
    )
)
_given = select(Response.idea_id, null(), false(), Response.verdict, Response.given_at).where(
    Response.author_id == VIEWER_ID
)
_all = union_all(_owed, _given).subquery("own_answer")
ANSWERS = (
    select(Idea.id, Idea.title, _all.c.due_on, _all.c.is_late, _all.c.verdict, _all.c["at"])
    .join(Idea, Idea.id == _all.c.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(VISIBLE_IDEAS)
    # What is owed first, that which is due soonest; then the last given.
    .order_by(_all.c.due_on.asc().nulls_last(), _all.c["at"].desc())
    .limit(constant(MOST))
)


class OwnAnswer(msgspec.Struct, frozen=True):
    """An answer to an idea: owed until `due_on`, or given with this verdict at `at`."""

    idea_id: int
    title: str
    due_on: date | None
    is_late: bool
    verdict: Verdict | None
    at: datetime


async def own_answers(db: AsyncSession, viewer: Viewer) -> Sequence[OwnAnswer]:
    """At most MOST, what is owed first. Empty for whoever neither owes nor gave any."""
    return [OwnAnswer(*row) for row in await rows_of(db, ANSWERS, viewer.bound)]
