"""Rules for suspending a person for a time: they can read and appeal, but not write or vote."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, Ref, record
from ideahub.core.locking import held, locked, taken_by_nobody
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import ModerationDecision, Suspension
from ideahub.organisations.models import Person

MOST_DAYS = 365
AT_ONCE = 100
RUNS = Suspension.ended_at.is_(None)


async def suspend(
    db: AsyncSession, viewer: Viewer, person_id: int, decision: ModerationDecision, days: int
) -> None:
    """Suspends a person for so many days from now. A longer suspension goes on as well."""
    person = await locked(db, Person, person_id)
    now = (await db.execute(select(func.now()))).scalar_one()
    until = now + timedelta(days=days)
    db.add(Suspension(person_id=person_id, decision_id=decision.id, until=until))
    person.suspended_until = max(filter(None, (until, person.suspended_until)))
    await record(
        db,
        Kind.PERSON_SUSPENDED,
        viewer,
        subject=Ref(Person, person_id),
        decision=decision.id,
        until=until.isoformat(),
    )


async def end_suspension(db: AsyncSession, viewer: Viewer, decision_id: int) -> None:
    """Ends the suspension by this decision before its time; does nothing where it has ended."""
    by_decision = select(Suspension).where(Suspension.decision_id == decision_id, RUNS)
    suspension = await db.scalar(held(by_decision))
    if suspension:
        suspension.ended_at = await db.scalar(select(func.now()))
        await db.flush()
        await _reckon(db, suspension.person_id)
        await _tell_end(db, viewer, suspension)


async def end_past_suspensions(db: AsyncSession) -> None:
    """Says of each suspension whose time is over that it has ended; the person could write again
    from that moment on, whether or not this ran."""
    over = select(Suspension).where(RUNS, Suspension.until <= func.now())
    for suspension in await db.scalars(
        taken_by_nobody(over.order_by(Suspension.id).limit(AT_ONCE))
    ):
        suspension.ended_at = suspension.until
        await db.flush()
        await _reckon(db, suspension.person_id)
        await _tell_end(db, None, suspension)


async def _reckon(db: AsyncSession, person_id: int) -> None:
    last = (
        select(func.max(Suspension.until))
        .where(Suspension.person_id == person_id, RUNS, Suspension.until > func.now())
        .scalar_subquery()
    )
    await db.execute(update(Person).where(Person.id == person_id).values(suspended_until=last))


async def _tell_end(db: AsyncSession, viewer: Viewer | None, suspension: Suspension) -> None:
    await record(
        db,
        Kind.SUSPENSION_ENDED,
        viewer,
        subject=Ref(Person, suspension.person_id),
        decision=suspension.decision_id,
    )
