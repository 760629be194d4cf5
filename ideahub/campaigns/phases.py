"""What a campaign accepts at this moment, by the database's clock."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import Case, ColumnElement, and_, case, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.core import dates
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict

NOW = func.statement_timestamp()


class PhaseState(StrEnum):
    """Where the present moment stands to a phase."""

    COMING = "coming"
    OPEN = "open"
    PAST = "past"
    UNKNOWN = "unknown"


class PhaseNow(msgspec.Struct, frozen=True):
    """A phase as it stands at the moment `now` of the database's clock."""

    id: int
    position: int
    name: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    accepts: list[str]
    state: PhaseState
    now: datetime

    @property
    def done(self) -> int | None:
        """How many hundredths of it have passed, where it has both ends."""
        if self.opens_at is None or self.closes_at is None or self.closes_at <= self.opens_at:
            return None
        return round(100 * (self.now - self.opens_at) / (self.closes_at - self.opens_at))


def is_running() -> ColumnElement[bool]:
    """The condition that a phase is open: from its opening, up to but not at its closing."""
    return and_(
        Phase.dates_known,
        or_(Phase.opens_at.is_(None), Phase.opens_at <= NOW),
        or_(Phase.closes_at.is_(None), Phase.closes_at > NOW),
    )


def phase_state() -> Case[str]:
    """The column that says a phase's PhaseState."""
    return case(
        (not_(Phase.dates_known), PhaseState.UNKNOWN.value),
        (is_running(), PhaseState.OPEN.value),
        (Phase.opens_at > NOW, PhaseState.COMING.value),
        else_=PhaseState.PAST.value,
    )


async def must_accept(db: AsyncSession, campaign_id: int, wanted: Accepts) -> None:
    """Raises Conflict, saying when it opens or when it closed, unless a phase accepts this now."""
    published = Campaign.id == Phase.campaign_id, Campaign.is_published
    running = await db.scalar(
        select(Phase.id)
        .join(Campaign, and_(*published))
        .where(Phase.campaign_id == campaign_id, Phase.accepts.contains([wanted]), is_running())
        .limit(1)
    )
    if running is None:
        raise Conflict(_why_not(await phases_now(db, campaign_id), wanted))


async def accepted_now(db: AsyncSession, campaign_id: int) -> frozenset[str]:
    """Everything that the running phases of a published campaign accept."""
    found = await db.scalars(
        select(Phase.accepts)
        .join(Campaign, Campaign.id == Phase.campaign_id)
        .where(Phase.campaign_id == campaign_id, Campaign.is_published, is_running())
    )
    return frozenset(one for accepts in found for one in accepts)


OF_PHASE = [name for name in PhaseNow.__struct_fields__ if hasattr(Phase, name)]


async def phases_now(db: AsyncSession, campaign_id: int) -> list[PhaseNow]:
    """The phases in their order, each with its state at this moment."""
    columns = [getattr(Phase, name) for name in OF_PHASE]
    found = await db.execute(
        select(*columns, phase_state().label("state"), NOW.label("now"))
        .where(Phase.campaign_id == campaign_id)
        .order_by(Phase.position)
    )
    rows = (dict(row._mapping) for row in found)
    return [PhaseNow(**row | {"state": PhaseState(row["state"])}) for row in rows]


def deciding_phase(phases: Sequence[PhaseNow], wanted: Accepts) -> PhaseNow | None:
    """The phase that tells when something is accepted: open now (the one that closes last),
    else the next to open, else the last that closed; None where there was never any."""
    able = [one for one in phases if wanted in one.accepts]
    running = [one for one in able if one.state is PhaseState.OPEN]
    coming = [one for one in able if one.state is PhaseState.COMING]
    past = [one for one in able if one.state is PhaseState.PAST]
    if running:
        return max(running, key=lambda one: (one.closes_at is None, one.closes_at or one.now))
    if coming:
        return min(coming, key=lambda one: one.opens_at or one.now)
    return max(past, key=lambda one: one.closes_at or one.now, default=None)


def _why_not(phases: Sequence[PhaseNow], wanted: Accepts) -> str:
    telling = deciding_phase(phases, wanted)
    if telling and telling.state is PhaseState.COMING and telling.opens_at:
        when = dates.moment_words(telling.opens_at, telling.timezone)
        return _(
            "This is not open yet. It opens on %(moment)s. What you typed is kept.", moment=when
        )
    if telling and telling.state is PhaseState.PAST and telling.closes_at:
        when = dates.moment_words(telling.closes_at, telling.timezone)
        return _("This closed on %(moment)s. What you typed is kept.", moment=when)
    return _("This is not open here at the moment. What you typed is kept.")
