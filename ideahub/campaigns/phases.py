"""What a campaign accepts at this moment, by the database's clock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub import dates
from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.i18n import _
from ideahub.refusals import Conflict

NOW = func.statement_timestamp()


def is_running() -> ColumnElement[bool]:
    """The condition that a phase is open: from its opening, up to but not at its closing."""
    return and_(
        Phase.dates_known,
        or_(Phase.opens_at.is_(None), Phase.opens_at <= NOW),
        or_(Phase.closes_at.is_(None), Phase.closes_at > NOW),
    )


async def must_accept(db: AsyncSession, campaign_id: int, wanted: Accepts) -> None:
    """Raises Conflict, saying when it opens or when it closed, unless a phase accepts this now."""
    published = Campaign.id == Phase.campaign_id, Campaign.published_at.is_not(None)
    running = await db.scalar(
        select(Phase.id)
        .join(Campaign, and_(*published))
        .where(Phase.campaign_id == campaign_id, Phase.accepts.contains([wanted]), is_running())
        .limit(1)
    )
    if running is None:
        raise Conflict(await _why_not(db, campaign_id, wanted))


async def accepted_now(db: AsyncSession, campaign_id: int) -> frozenset[str]:
    """Everything that the running phases of a published campaign accept."""
    found = await db.scalars(
        select(Phase.accepts)
        .join(Campaign, Campaign.id == Phase.campaign_id)
        .where(Phase.campaign_id == campaign_id, Campaign.published_at.is_not(None), is_running())
    )
    return frozenset(one for accepts in found for one in accepts)


async def phases_of(db: AsyncSession, campaign_id: int) -> Sequence[Phase]:
    """The phases in their order."""
    found = await db.scalars(
        select(Phase).where(Phase.campaign_id == campaign_id).order_by(Phase.position)
    )
    return found.all()


async def _why_not(db: AsyncSession, campaign_id: int, wanted: Accepts) -> str:
    now: datetime = (await db.execute(select(NOW))).scalar_one()
    able = [one for one in await phases_of(db, campaign_id) if wanted in one.accepts]
    coming = min(
        (one for one in able if one.opens_at and one.opens_at > now),
        key=lambda one: one.opens_at or now,
        default=None,
    )
    past = max(
        (one for one in able if one.closes_at and one.closes_at <= now),
        key=lambda one: one.closes_at or now,
        default=None,
    )
    if coming and coming.opens_at:
        when = dates.moment(coming.opens_at, coming.timezone).striptags()
        return _("This is not open yet. It opens on %s. What you typed is kept.") % when
    if past and past.closes_at:
        when = dates.moment(past.closes_at, past.timezone).striptags()
        return _("This closed on %s. What you typed is kept.") % when
    return _("This is not open here at the moment. What you typed is kept.")
