"""The state of a campaign's phases now, and what they accept, by the database's clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Case,
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase, Purpose
from ideahub.core import dates
from ideahub.core.asked_once import asked_once
from ideahub.core.db import constant, constants, rows_of
from ideahub.core.i18n import N_, _
from ideahub.core.locking import kept, unchanged
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer

NOW = func.statement_timestamp()


class PhaseState(StrEnum):
    """Whether a phase is yet to open, open, or over."""

    COMING = "coming"
    OPEN = "open"
    PAST = "past"
    UNKNOWN = "unknown"


class PhaseNow(msgspec.Struct, frozen=True):
    """A phase with its state at the moment `now` of the database's clock."""

    id: int
    position: int
    name: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    accepts: list[str]
    purpose: Purpose
    grace_seconds: int
    state: PhaseState
    now: datetime
    # Its times on the clocks of its zone, as a manager typed them; None where nobody typed them.
    opens_local: datetime | None
    closes_local: datetime | None
    # The earlier phase from which its entries are invited; None where everyone can enter.
    invited_from_id: int | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it takes nothing any more: its closing, and the grace after it."""
        return self.closes_at and self.closes_at + timedelta(seconds=self.grace_seconds)

    @property
    def deadline(self) -> datetime | None:
        """Until when people are told now that it takes something; see `deadline_of`."""
        has_closed = self.closes_at is not None and self.closes_at <= self.now
        if self.state is PhaseState.OPEN and has_closed:
            return self.ends_at
        # What is archived has ended, though its dates may lie ahead.
        return None if self.state is PhaseState.PAST and not has_closed else self.closes_at

    @property
    def done(self) -> int | None:
        """The percentage of its time that has passed; None where it does not have both ends."""
        if self.opens_at is None or self.closes_at is None or self.closes_at <= self.opens_at:
            return None
        done = round(100 * (self.now - self.opens_at) / (self.closes_at - self.opens_at))
        return min(done, 100)


def seconds(column: Any) -> ColumnElement[timedelta]:
    """The length of time of a column of seconds."""
    return func.make_interval(*[constant(0)] * 6, column)


def end_of(phase: Any = Phase) -> ColumnElement[datetime]:
    """The SQL expression of when a phase takes nothing any more; NULL where it does not close."""
    found: ColumnElement[datetime] = phase.closes_at + seconds(phase.grace_seconds)
    return found


def is_running() -> ColumnElement[bool]:
    """The SQL condition that a phase is open: from its opening on, and before its closing and the
    grace after it; never in an archived campaign. The moment is that at which the statement reached
    the database, so that who came in time does not lose by waiting there."""
    return and_(
        Phase.dates_known,
        not_(Phase.is_archived),
        or_(Phase.opens_at.is_(None), Phase.opens_at <= NOW),
        or_(Phase.closes_at.is_(None), end_of() > NOW),
    )


def deadline_of() -> ColumnElement[datetime]:
    """The SQL expression of until when people are told now that a phase takes something: its
    closing, and once that has passed the end of the grace; NULL where it does not close, and where
    it is archived before that."""
    has_closed = Phase.closes_at <= NOW
    found: ColumnElement[datetime] = case(
        (and_(is_running(), has_closed), end_of()),
        (or_(not_(Phase.is_archived), has_closed), Phase.closes_at),
    )
    return found


def takes_now(campaign_id: Any, *wanted: StrEnum) -> ColumnElement[bool]:
    """The SQL condition that a phase of the campaign is open that accepts one of these."""
    takes = Phase.accepts.overlap(constants(*wanted))
    open_phase = exists().where(Phase.campaign_id == campaign_id, takes, is_running())
    return open_phase.correlate_except(Phase)


def phase_state() -> Case[str]:
    """The SQL expression of a phase's PhaseState."""
    return case(
        (not_(Phase.dates_known), constant(PhaseState.UNKNOWN)),
        (is_running(), constant(PhaseState.OPEN)),
        (Phase.opens_at > NOW, constant(PhaseState.COMING)),
        else_=constant(PhaseState.PAST),
    )


OF_CAMPAIGN = Phase.campaign_id == bindparam("campaign_id", type_=BigInteger)
LOCAL = ("opens_local", "closes_local")
OF_PHASE = [
    name for name in PhaseNow.__struct_fields__ if hasattr(Phase, name) and name not in LOCAL
]


def _typed(at: Any, local: Any, offset: Any) -> Case[datetime]:
    """The local time, if the moment was computed from it and not set by itself since."""
    return case((func.timezone("UTC", local - seconds(offset)) == at, local))


PHASES = (
    select(
        *(getattr(Phase, name) for name in OF_PHASE),
        phase_state().label("state"),
        NOW.label("now"),
        _typed(Phase.opens_at, Phase.opens_local, Phase.opens_offset).label("opens_local"),
        _typed(Phase.closes_at, Phase.closes_local, Phase.closes_offset).label("closes_local"),
    )
    .where(OF_CAMPAIGN)
    .order_by(Phase.position)
)
ACCEPTED = (
    select(Phase.accepts)
    .join(Campaign, Campaign.id == Phase.campaign_id)
    .where(OF_CAMPAIGN, Campaign.is_published, is_running())
)
ACCEPTING = ACCEPTED.where(Phase.accepts.contains(bindparam("wanted", type_=ARRAY(String)))).limit(
    constant(1)
)

IS_ARCHIVED = N_("This is archived: it can be read, and takes nothing any more.")
ARCHIVED = select(Campaign.id).where(
    Campaign.id == bindparam("campaign_id", type_=BigInteger), Campaign.archived_at.is_not(None)
)
# Held until the transaction ends, so that it is not unpublished or archived meanwhile. Others may
# hold it as well.
STANDING = kept(
    select(Campaign.id).where(Campaign.id == bindparam("campaign_id", type_=BigInteger))
)


async def keep_standing(db: AsyncSession, campaign_id: int) -> None:
    """Waits until nobody is unpublishing or archiving the campaign, and keeps others from it until
    the transaction ends. What it accepts is to be asked after this."""
    await rows_of(db, STANDING, {"campaign_id": campaign_id})


ONE_PHASE = Phase.id == bindparam("phase_id", type_=BigInteger)
CAMPAIGN_OF_PHASE = select(Phase.campaign_id).where(ONE_PHASE)
# Asked of the row as it stands after waiting for whoever changes it: so it is no WHERE, which would
# be asked of the row as it was.
TAKES = and_(
    Campaign.is_published,
    is_running(),
    Phase.accepts.contains(bindparam("wanted", type_=ARRAY(String))),
)
HELD_PHASE = unchanged(
    select(TAKES, NOW)
    .select_from(Phase)
    .join(Campaign, Campaign.id == Phase.campaign_id)
    .where(ONE_PHASE),
    of=Phase,
)


async def must_accept(db: AsyncSession, campaign_id: int, wanted: Accepts) -> None:
    """Raises Conflict unless a phase of the campaign accepts this now; its reason says when one
    opens, or when the last one closed."""
    if not await rows_of(db, ACCEPTING, {"campaign_id": campaign_id, "wanted": [wanted]}):
        raise Conflict(await _refused(db, campaign_id, wanted))


async def must_accept_in(db: AsyncSession, phase_id: int, wanted: Accepts) -> datetime:
    """Returns the moment at which this reaches the database, by its clock; raises Conflict unless
    the phase accepts this at that moment. Its reason says when the phase opens, or when it closed.

    The phase's row is held until the transaction ends: nobody moves its end meanwhile, and who asks
    while somebody moves it waits, and is judged by the new end. To be called right before what it
    decides is written. The transaction must not lock the campaign afterwards: a manager, who locks
    it first, would wait for the phase.
    """
    found = (await db.execute(CAMPAIGN_OF_PHASE, {"phase_id": phase_id})).scalar_one()
    # In this order: whoever archives the campaign waits for what is being sent in.
    await keep_standing(db, found)
    asked = {"phase_id": phase_id, "wanted": [wanted]}
    held = (await db.execute(HELD_PHASE, asked)).one_or_none()
    if held is None or not held[0]:
        raise Conflict(await _refused(db, found, wanted, phase_id))
    moment: datetime = held[1]
    return moment


async def must_sign_in_for(
    db: AsyncSession, viewer: Viewer, campaign_id: int, wanted: Accepts
) -> None:
    """Raises SignInNeeded for a stranger where this is accepted now, and Conflict where it is not:
    nobody signs in for nothing."""
    if not viewer.signed_in:
        await must_accept(db, campaign_id, wanted)
    viewer.must_sign_in()


async def accepted_now(db: AsyncSession, campaign_id: int) -> frozenset[str]:
    """Everything that the open phases of a published campaign accept; nothing for a draft."""
    found = await rows_of(db, ACCEPTED, {"campaign_id": campaign_id})
    return frozenset(accepted for (accepts,) in found for accepted in accepts)


@asked_once
async def phases_now(db: AsyncSession, campaign_id: int) -> list[PhaseNow]:
    """The campaign's phases in their order, each with its state now."""
    found = await rows_of(db, PHASES, {"campaign_id": campaign_id})
    rows = (dict(row._mapping) for row in found)
    return [
        PhaseNow(**row | {"state": PhaseState(row["state"]), "purpose": Purpose(row["purpose"])})
        for row in rows
    ]


def deciding_phase(phases: Sequence[PhaseNow], wanted: Accepts) -> PhaseNow | None:
    """The phase that decides whether something is accepted: of the open ones the one that closes
    last, else the next to open, else the last that closed; None where no phase accepts it."""
    able = [phase for phase in phases if wanted in phase.accepts]
    running = [phase for phase in able if phase.state is PhaseState.OPEN]
    coming = [phase for phase in able if phase.state is PhaseState.COMING]
    past = [phase for phase in able if phase.state is PhaseState.PAST]
    if running:
        return max(
            running, key=lambda phase: (phase.closes_at is None, phase.closes_at or phase.now)
        )
    if coming:
        return min(coming, key=lambda phase: phase.opens_at or phase.now)
    return max(past, key=lambda phase: phase.closes_at or phase.now, default=None)


def late_words(phase: PhaseNow) -> str:
    """The sentence that says until when a phase takes what comes late; empty where it does not."""
    if not phase.grace_seconds or phase.ends_at is None:
        return ""
    until = dates.moment_words(phase.ends_at, phase.timezone)
    return _("What comes late is still taken until %(moment)s.", moment=until)


async def why_no_ideas(db: AsyncSession, campaign_id: int) -> str:
    """The sentence that says when a campaign takes ideas, or when it closed: for somebody who has
    not typed anything yet."""
    if await rows_of(db, ARCHIVED, {"campaign_id": campaign_id}):
        return _(IS_ARCHIVED)
    deciding = deciding_phase(await phases_now(db, campaign_id), Accepts.IDEAS)
    if deciding and deciding.state is PhaseState.COMING and deciding.opens_at:
        when = dates.moment_words(deciding.opens_at, deciding.timezone)
        return _("It takes ideas from %(moment)s on.", moment=when)
    if deciding and deciding.state is PhaseState.PAST and deciding.closes_at:
        when = dates.moment_words(deciding.closes_at, deciding.timezone)
        return _("It closed for new ideas on %(moment)s.", moment=when)
    return _("It takes no ideas here at the moment.")


async def _refused(
    db: AsyncSession, campaign_id: int, wanted: Accepts, phase_id: int | None = None
) -> str:
    """The sentence that says why the campaign, or this phase of it, does not accept this now."""
    if await rows_of(db, ARCHIVED, {"campaign_id": campaign_id}):
        return _(IS_ARCHIVED)
    phases = await phases_now(db, campaign_id)
    return _why_not([one for one in phases if phase_id in {None, one.id}], wanted)


def _why_not(phases: Sequence[PhaseNow], wanted: Accepts) -> str:
    deciding = deciding_phase(phases, wanted)
    if deciding and deciding.state is PhaseState.COMING and deciding.opens_at:
        when = dates.moment_words(deciding.opens_at, deciding.timezone)
        return _("This is not open yet. It opens on %(moment)s.", moment=when)
    if deciding and deciding.state is PhaseState.PAST and deciding.closes_at:
        when = dates.moment_words(deciding.closes_at, deciding.timezone)
        return _("This closed on %(moment)s.", moment=when)
    return _("This is not open here at the moment.")
