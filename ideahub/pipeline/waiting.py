"""Query for the gates that wait for the viewer's decision."""

from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Select, and_, desc, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.criteria import CRITERIA, Criterion
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Role, Viewer, viewer_holds
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.queries import LISTED_IDEAS
from ideahub.pipeline.held import HELD_BY
from ideahub.pipeline.measuring import reached_and_wanted
from ideahub.pipeline.models import Gate, GateCriterion
from ideahub.pipeline.moving import MOVES, is_gate_of
from ideahub.sponsorship.queries import IS_AUTHOR

# Only the most supported ideas are looked at, so that the page takes no longer on a large site.
MOST_LOOKED_AT = 300


class GateToDecide(msgspec.Struct, frozen=True):
    """An idea that has all that its next gate asks for."""

    id: int
    title: str
    stage: Stage
    to_stage: Stage
    since: datetime


async def gates_to_decide(db: AsyncSession, viewer: Viewer) -> list[GateToDecide]:
    """The gates that the viewer may decide on and where everything is met, the longest waiting
    first, among the MOST_LOOKED_AT most supported; without those that were held or sent back and
    whose text is the same since."""
    if not (viewer.can_manage or viewer.can_lead):
        return []
    everywhere = viewer.holds(Role.MANAGER, None) or viewer.holds(Role.LEADER, None)
    looked_at = ANYWHERE if everywhere else OF_SOME_CAMPAIGNS
    rows = await rows_of(db, _ready(looked_at, *CRITERIA.values()), viewer.bound)
    return [msgspec.convert(row._asdict(), GateToDecide) for row in rows]


REVIEWED_BY_VIEWER = or_(
    viewer_holds(Role.MANAGER, Campaign.organisation_id),
    viewer_holds(Role.LEADER, Campaign.organisation_id),
)
# Imported ideas were collected elsewhere, and nobody waits for a decision on them.
_waiting = and_(LISTED_IDEAS, MOVES, Idea.source_ref.is_(None), ~IS_AUTHOR)
_most_supported = (desc(Idea.votes_count), desc(Idea.id))
ANYWHERE = (
    select(Idea.id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(REVIEWED_BY_VIEWER, _waiting)
    .order_by(*_most_supported)
    .limit(constant(MOST_LOOKED_AT))
)
# Campaign by campaign: the most supported of a few campaigns can be far down among all.
_first = (
    select(Idea.id, Idea.votes_count)
    .where(Idea.campaign_id == Campaign.id, _waiting)
    .order_by(*_most_supported)
    .limit(constant(MOST_LOOKED_AT))
    .correlate(Campaign)
    .lateral("first_of_campaign")
)
OF_SOME_CAMPAIGNS = (
    select(_first.c.id)
    .select_from(Campaign)
    .join(_first, true())
    .where(REVIEWED_BY_VIEWER)
    .order_by(desc(_first.c.votes_count), desc(_first.c.id))
    .limit(constant(MOST_LOOKED_AT))
)


@cache
def _ready(looked_at: Select[Any], *criteria: Criterion) -> Select[Any]:
    reached, wanted = reached_and_wanted(*criteria)
    unmet = exists().where(GateCriterion.gate_id == Gate.id, reached < wanted)
    columns: list[Any] = [
        Idea.id,
        Idea.title,
        Idea.stage,
        Gate.to_stage,
        Idea.stage_since.label("since"),
    ]
    return (
        select(*columns)
        .join(Gate, and_(Gate.from_stage == Idea.stage, is_gate_of(Idea.campaign_id)))
        .where(
            Idea.id.in_(looked_at),
            HELD_BY.is_(None),
            ~unmet.correlate_except(GateCriterion),
        )
        .order_by(Idea.stage_since, Idea.id)
        .limit(constant(MOST_LOOKED_AT))
    )
