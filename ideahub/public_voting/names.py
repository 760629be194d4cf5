"""Whose name is shown beside an entry on a ballot: that of a winner, as on the page of results, and
none while a panel that reads blind has not finished."""

from sqlalchemy import BigInteger, bindparam, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.judging.models import Assignment, Panel
from ideahub.judging.visibility import READS_ON
from ideahub.results.public_results import AwardView, confirmed_awards

_still_reads = exists().where(Assignment.panel_id == Panel.id, READS_ON).correlate(Panel)
BLIND_STILL = select(
    exists().where(
        Panel.campaign_id == bindparam("campaign_id", type_=BigInteger),
        Panel.blind,
        or_(Panel.closed_at.is_(None), _still_reads),
    )
)


async def names_are_hidden(db: AsyncSession, campaign_id: int) -> bool:
    """Whether judges of the challenge still score without names."""
    ((hidden,),) = await rows_of(db, BLIND_STILL, {"campaign_id": campaign_id})
    return bool(hidden)


async def winners_named(db: AsyncSession, campaign_id: int) -> dict[int, AwardView]:
    """The confirmed awards by the numbers of their entries; none while names are hidden."""
    if await names_are_hidden(db, campaign_id):
        return {}
    return {one.entry_id: one for one in await confirmed_awards(db, campaign_id)}
