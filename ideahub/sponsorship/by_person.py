"""What a person has pledged, as far as the viewer may see it."""

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.by_person import IN_LISTS, MOST, OF_PERSON, Given, given
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.sponsorship.models import Pledge
from ideahub.sponsorship.rows import PLEDGES, PledgeView, pledge_view

# Those that everyone who sees the idea sees there, as in PledgeView.is_shared.
GIVEN = (
    PLEDGES.join(Campaign, Campaign.id == Idea.campaign_id)
    .add_columns(IN_LISTS)
    .where(
        VISIBLE_IDEAS,
        or_(Pledge.accepted_at.is_not(None), Pledge.is_open),
        Pledge.sponsor_id == OF_PERSON,
    )
    .order_by(IN_LISTS.desc(), Pledge.id.desc())
    .limit(constant(MOST + 1))
)


async def pledged_by(db: AsyncSession, viewer: Viewer, person_id: int) -> Given[PledgeView]:
    """The newest pledges of this person."""
    rows = await rows_of(db, GIVEN, {**viewer.bound, "person_id": person_id})
    return given(rows, pledge_view)
