"""Tells some people of the demo what happened lately: most of it they have read, some is new, and a
digest waits for Clara, which the site sends as it starts."""

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import interval
from ideahub.core.events import Event
from ideahub.core.outbox import OutgoingMail
from ideahub.core.telling import TELLS, MessageKind
from ideahub.demo.telling import DemoContext
from ideahub.notifications.addressing import next_recipients
from ideahub.notifications.models import Digest, Notification, Rhythm
from ideahub.notifications.seeing import those_who_see
from ideahub.notifications.telling import messages_about
from ideahub.notifications.wishing import choose, choose_times
from ideahub.notifications.writing import write_of
from ideahub.organisations.models import Person

# Who is told, and how they chose to get mail of each kind; what they did not choose stays as it is.
CHOICES: dict[str, dict[MessageKind, Rhythm]] = {
    "clara": {kind: Rhythm.DAILY for kind in MessageKind if kind is not MessageKind.DUTY},
    "ada": {MessageKind.ACTIVITY: Rhythm.WEEKLY},
    "ben": {MessageKind.ACTIVITY: Rhythm.NEVER, MessageKind.NEWS: Rhythm.DAILY},
    "greta": {MessageKind.OUTCOME: Rhythm.WEEKLY},
}
ZONE, HOUR, FRIDAY = "Europe/Berlin", 7, 4
MOST_EVENTS, MOST_PEOPLE = 60, 500
# What happened before is told and read; nobody gets mail of it now.
NEW_DAYS = 4
_kinds = [kind.value for kind in TELLS]
LATELY = (
    select(Event)
    .where(Event.kind.in_(_kinds), or_(Event.idea_id.is_not(None), Event.campaign_id.is_not(None)))
    .order_by(Event.created_at.desc(), Event.id.desc())
    .limit(MOST_EVENTS)
)
OF_EVENT = select(Event.created_at).where(Event.id == Notification.event_id).scalar_subquery()


async def fill_told(db: AsyncSession, context: DemoContext) -> None:
    """Adds their choices and what they were told; all of them live by one clock."""
    numbers = [person.id for person in context.people.values()]
    await db.execute(update(Person).where(Person.id.in_(numbers)).values(timezone=ZONE))
    for who, kinds in CHOICES.items():
        number = context.people[who].id
        await choose_times(db, number, timezone=ZONE, hour=HOUR, weekday=FRIDAY)
        await choose(db, number, kinds, {})
    to = {context.people[who].id for who in CHOICES}
    for event in reversed((await db.scalars(LATELY)).all()):
        await _tell(db, event, to)
    await _date(db)
    waits = select(Notification.person_id).where(Notification.awaits_mail)
    due = update(Digest).where(Digest.person_id.in_(waits))
    await db.execute(due.values(due_at=func.now()))


async def _tell(db: AsyncSession, event: Event, to: set[int]) -> None:
    for message in await messages_about(db, event):
        people = await next_recipients(db, event, message, after=0, most=MOST_PEOPLE)
        some = [one for one in people if one.id in to]
        gone = message.although_gone
        await write_of(db, event, message, await those_who_see(db, event, some, although_gone=gone))


async def _date(db: AsyncSession) -> None:
    """As if each had been told as it happened."""
    at, recent = Notification.created_at, func.now() - interval(days=NEW_DAYS)
    await db.execute(update(Notification).values(created_at=OF_EVENT))
    read = {"read_at": at, "awaits_mail": False}
    await db.execute(update(Notification).where(at < recent).values(read))
    mailed = select(Notification.created_at).where(Notification.mail_id == OutgoingMail.id)
    sent = update(OutgoingMail).values(sent_at=mailed.scalar_subquery())
    told = select(Notification.mail_id).where(at < recent, Notification.mail_id.is_not(None))
    await db.execute(sent.where(OutgoingMail.id.in_(told)))
