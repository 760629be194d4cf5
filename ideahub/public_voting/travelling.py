"""What a public vote brings into a copy of a challenge: how many votes each person has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.templates.outlines import CampaignTemplate
from ideahub.campaigns.travelling import Shift
from ideahub.core.db import rows_of
from ideahub.core.setting_up import Travel
from ideahub.public_voting.models import BallotPaper, PublicVote
from ideahub.public_voting.phases import voting_phases
from ideahub.public_voting.queries import votes_each

CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)
SET = (
    select(PublicVote.votes_each)
    .join(Phase, Phase.id == PublicVote.phase_id)
    .where(Phase.campaign_id == CAMPAIGN_ID)
    .order_by(Phase.position)
)
VOTED = (
    select(func.count())
    .select_from(BallotPaper)
    .join(Phase, Phase.id == BallotPaper.phase_id)
    .where(Phase.campaign_id == CAMPAIGN_ID)
)


async def fill_from_template(
    _db: AsyncSession, _campaign: Campaign, _template: CampaignTemplate
) -> None:
    """Nothing: no template has a public vote."""


async def copy_from(db: AsyncSession, source: Campaign, target: Campaign, _shift: Shift) -> None:
    """Copies how many votes each person has to the same phase of the copy; never what was on the
    ballot."""
    copies = {one.position: one for one in voting_phases(await phases_now(db, target.id))}
    for phase in voting_phases(await phases_now(db, source.id)):
        if copy := copies.get(phase.position):
            db.add(PublicVote(phase_id=copy.id, votes_each=await votes_each(db, phase.id)))
    await db.flush()


async def contents(db: AsyncSession, campaign: Campaign) -> Sequence[Any]:
    """How many votes each person has, for whoever reviews the draft."""
    return [str(most) for (most,) in await rows_of(db, SET, {"campaign_id": campaign.id})]


async def count_voters(db: AsyncSession, campaign_id: int) -> int:
    """How many people have voted in the challenge."""
    ((count,),) = await rows_of(db, VOTED, {"campaign_id": campaign_id})
    return int(count)


TRAVEL = Travel(fill_from_template=fill_from_template, copy_from=copy_from, contents=contents)
