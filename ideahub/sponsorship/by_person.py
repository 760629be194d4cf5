"""What a person has pledged, as far as the viewer may see it."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, or_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.sponsorship.models import Pledge
from ideahub.sponsorship.rows import PLEDGES, pledge_view

MOST = 20
# Those that everyone who sees the idea sees there, as in PledgeView.is_shared.
GIVEN = (
    PLEDGES.join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        LISTED_IDEAS,
        or_(Pledge.accepted_at.is_not(None), Pledge.is_open),
        Pledge.sponsor_id == bindparam("person_id", type_=BigInteger),
    )
    .order_by(Pledge.id.desc())
    .limit(constant(MOST + 1))
)


async def pledged_by(db: AsyncSession, viewer: Viewer, person_id: int) -> dict[str, Any]:
    """The newest pledges of this person, at most MOST, and whether there are `more`."""
    rows = await rows_of(db, GIVEN, {**viewer.bound, "person_id": person_id})
    found = [pledge_view(row) for row in rows]
    return {"newest": found[:MOST], "more": len(found) > MOST}
