"""Announces the phases that have opened or closed, for the clock."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, not_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.phases import NOW, end_of
from ideahub.core.events import Kind, Ref, record

Moment = InstrumentedAttribute[datetime | None]

# An older opening or closing is no news: it was imported, or the server was off for long.
NEWS_FOR = timedelta(days=1)


async def announce_phases(db: AsyncSession) -> None:
    """Records an event for each phase of a published campaign that has opened or closed since the
    last tick."""
    await _announce(db, Kind.PHASE_OPENED, Phase.opens_at, Phase.opening_announced_at)
    # The closing is looked up by its index; what comes in the grace after it is still taken.
    is_over = end_of() <= NOW
    await _announce(db, Kind.PHASE_CLOSED, Phase.closes_at, Phase.closing_announced_at, is_over)


async def _announce(
    db: AsyncSession,
    kind: Kind,
    moment: Moment,
    told: Moment,
    *conditions: ColumnElement[bool],
) -> None:
    found = await db.execute(
        update(Phase)
        .where(
            told.is_(None),
            moment <= NOW,
            *conditions,
            Phase.dates_known,
            not_(Phase.is_archived),
            Campaign.id == Phase.campaign_id,
            Campaign.is_published,
        )
        .values({told: func.now()})
        .returning(Phase.id, Phase.campaign_id, Phase.name, moment > NOW - NEWS_FOR)
        .execution_options(synchronize_session=False)
    )
    for phase_id, campaign_id, name, is_news in found.all():
        if is_news:
            campaign, phase = Ref(Campaign, campaign_id), Ref(Phase, phase_id)
            await record(db, kind, None, on=campaign, subject=phase, phase=name)
