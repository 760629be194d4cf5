"""Reminds sponsors of their promises: a week before the last day, and on it, each once."""

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import interval
from ideahub.core.events import Kind, record
from ideahub.ideas.models import Idea
from ideahub.sponsorship.models import Pledge, PledgeReminder, ReminderKind
from ideahub.sponsorship.offering import TODAY

AHEAD_DAYS = 7
AT_ONCE = 100
# Who has accepted an offer yesterday knows it without a reminder, so one ahead waits a day.
CONDITIONS: dict[ReminderKind, ColumnElement[bool]] = {
    ReminderKind.LAST_DAY: Pledge.expires_on == TODAY,
    ReminderKind.AHEAD: and_(
        Pledge.expires_on > TODAY,
        Pledge.expires_on <= TODAY + AHEAD_DAYS,
        Pledge.accepted_at < func.now() - interval(days=1),
    ),
}


async def remind_sponsors(db: AsyncSession) -> None:
    """Records that a promise is due, at most AT_ONCE of each kind of reminder; for the clock."""
    for kind, is_time in CONDITIONS.items():
        reminded = select(PledgeReminder.pledge_id).where(
            PledgeReminder.pledge_id == Pledge.id, PledgeReminder.kind == kind
        )
        due = (
            select(Pledge, Idea)
            .join(Idea, Idea.id == Pledge.idea_id)
            .where(Pledge.is_open, Pledge.accepted_at.is_not(None), is_time)
            .where(Idea.is_listed, ~reminded.exists())
            .order_by(Pledge.id)
            .limit(AT_ONCE)
        )
        for pledge, idea in (await db.execute(due)).all():
            await _remind(db, pledge, idea, kind)


async def _remind(db: AsyncSession, pledge: Pledge, idea: Idea, kind: ReminderKind) -> None:
    once = insert(PledgeReminder).values(pledge_id=pledge.id, kind=kind).on_conflict_do_nothing()
    if (await db.scalar(once.returning(PledgeReminder.pledge_id))) is not None:
        await record(db, Kind.PLEDGE_DUE, None, on=idea, subject=pledge, reminder=kind)
