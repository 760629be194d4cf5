"""Query for how many ideas people have posted in a campaign, also those that they withdrew."""

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.ideas.models import Idea

POSTED = select(func.count()).where(Idea.campaign_id == bindparam("campaign_id", type_=BigInteger))


async def count_posted(db: AsyncSession, campaign_id: int) -> int:
    """How many ideas were ever posted in the campaign."""
    ((count,),) = await rows_of(db, POSTED, {"campaign_id": campaign_id})
    return int(count)
