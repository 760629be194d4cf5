"""Follows the clock rules of time zones: local times stay as they were planned, moments move."""

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import TZPATH, ZoneInfo

from sqlalchemy import event, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.changing import CLOCK_RULES, ValueChange, kept_phase, note_changes
from ideahub.campaigns.local_time import known_zones, moment_again
from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.phases import NOW
from ideahub.campaigns.planned_publication import plans_by_new_rules
from ideahub.core.dates import ahead, on_clock
from ideahub.core.locking import held

log = logging.getLogger(__name__)
ENDS = ("opens", "closes")
# What still lies ahead: what has passed is told as it was.
COMING = (
    select(Phase)
    .where(or_(Phase.opens_at > NOW, Phase.closes_at > NOW))
    .order_by(Phase.campaign_id, Phase.position)
)


class RulesFollowed:
    """Which edition of the rules this process has looked at the phases with."""

    edition: str | None = None


FOLLOWED = RulesFollowed()


async def follow_clock_rules(db: AsyncSession) -> None:
    """Computes the moments of coming openings and closings again, once for each edition of the
    rules; where one moves, its local time stays, and the challenge's page says so."""
    edition = edition_of_rules()
    if edition == FOLLOWED.edition:
        return
    ZoneInfo.clear_cache()
    await compute_again(db)
    await plans_by_new_rules(db)

    def remember(_session: Any) -> None:
        FOLLOWED.edition = edition

    # Not before it is stored: else a fault would leave the old moments until the next start.
    event.listen(db.sync_session, "after_commit", remember, once=True)


def edition_of_rules() -> str:
    """The edition of the rules in use, such as "2026a"; empty where the system does not say."""
    for folder in TZPATH:
        file = Path(folder, "tzdata.zi")
        if file.exists():
            with file.open() as lines:
                return lines.readline().strip()
    return ""


async def compute_again(db: AsyncSession) -> None:
    """Computes the moments of coming openings and closings again from their local times."""
    await db.flush()
    now = (await db.execute(select(NOW))).scalar_one()
    phases = await db.scalars(COMING.execution_options(populate_existing=True))
    wrong = [phase.id for phase in phases if _differs(phase, now)]
    if not wrong:
        return
    found = await db.scalars(held(COMING.where(Phase.id.in_(wrong))))
    for campaign_id, some in groupby(found.all(), key=lambda phase: phase.campaign_id):
        changes = [change for phase in some if (change := _move(phase, now))]
        campaign = await db.get_one(Campaign, campaign_id)
        if changes and campaign.published_at:
            await note_changes(db, None, campaign, ["phases"], changes)
    await db.flush()


def _differs(phase: Phase, now: datetime) -> bool:
    if phase.timezone not in known_zones():
        log.warning("Phase %s is in the zone %s, which is unknown", phase.id, phase.timezone)
        return False
    return any(
        not _belongs(phase, end) or _moment_now(phase, end) != getattr(phase, f"{end}_at")
        for end in _coming(phase, now)
    )


def _coming(phase: Phase, now: datetime) -> Sequence[str]:
    moments = {end: getattr(phase, f"{end}_at") for end in ENDS}
    return [end for end, at in moments.items() if at and at > now]


def _belongs(phase: Phase, end: str) -> bool:
    """Whether the moment was computed from the local time, and not set by itself since."""
    at, local = getattr(phase, f"{end}_at"), getattr(phase, f"{end}_local")
    return local is not None and ahead(local, at) == getattr(phase, f"{end}_offset")


def _moment_now(phase: Phase, end: str) -> datetime:
    """The moment of the local time by today's rules; of one that comes twice, the one meant."""
    local, offset = getattr(phase, f"{end}_local"), getattr(phase, f"{end}_offset")
    return moment_again(local, offset, phase.timezone, last=end == "closes")


def _move(phase: Phase, now: datetime) -> ValueChange | None:
    """Moves what has to be moved; returns the change for the challenge's page, if there is one."""
    before = kept_phase(phase)
    for end in _coming(phase, now):
        at = getattr(phase, f"{end}_at")
        if not _belongs(phase, end):
            # The moment was set without a local time: then that follows from it.
            local, offset = on_clock(at, phase.timezone)
            setattr(phase, f"{end}_local", local)
            setattr(phase, f"{end}_offset", offset)
            continue
        moved = _moment_now(phase, end)
        setattr(phase, f"{end}_at", moved)
        # It is set again even where it stays the same, so that it is known not to be stale.
        setattr(phase, f"{end}_offset", ahead(getattr(phase, f"{end}_local"), moved))
    after = kept_phase(phase)
    return ValueChange(CLOCK_RULES, before, after) if before != after else None
