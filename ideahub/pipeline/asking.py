"""What the first gate asks of a new idea's text."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, String, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.ideas.criteria import FRAMED
from ideahub.ideas.models import Stage
from ideahub.pipeline.models import Gate, GateCriterion
from ideahub.pipeline.moving import is_gate_of

WANTING_WHY = (
    select(GateCriterion.id)
    .select_from(Campaign)
    .join(Gate, is_gate_of(Campaign.id))
    .join(GateCriterion, GateCriterion.gate_id == Gate.id)
    .where(
        Campaign.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        Gate.from_stage == constant(Stage.SPARK),
        GateCriterion.measure == bindparam("measure", type_=String),
    )
    .limit(constant(1))
)


async def first_gate_asks_why(db: AsyncSession, campaign_ids: Sequence[int]) -> bool:
    """Whether the first gate of one of these campaigns asks for why an idea matters."""
    return bool(
        await rows_of(db, WANTING_WHY, {"ids": list(campaign_ids), "measure": FRAMED.measure})
    )
