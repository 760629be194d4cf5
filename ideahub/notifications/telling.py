"""Tells people of deeds: reads the events in the order of their transactions, and
writes for each person what they are told, on their page and by mail.

Each portion is one transaction, with how far the events have been read. So whatever happens in
between, each person is told once of each deed.
"""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy import BigInteger, String, any_, bindparam, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database, constant, interval
from ideahub.core.events import OLDEST_OPEN, Event, Kind
from ideahub.core.file_store import StorageAway
from ideahub.core.locking import taken_by_nobody
from ideahub.core.telling import TELLS, Message
from ideahub.notifications.addressing import next_recipients
from ideahub.notifications.models import TellingProgress
from ideahub.notifications.seeing import those_who_see
from ideahub.notifications.writing import write_of

log = logging.getLogger(__name__)

EVERY_SECONDS, BREATH_SECONDS = 1.0, 0.02
# People who are told in one transaction, and events that are read in it.
MOST_PEOPLE = 500
MOST_EVENTS = 50
# Of older deeds nobody is told: the site was off for long, or was restored from a copy.
NEWS_DAYS = 7
# The progress is written when so many transactions have passed without anything to tell of.
PASSED = 1_000
LAST = 2**62
UNREAD = (
    select(Event)
    .where(
        tuple_(Event.xact_id, Event.id)
        > tuple_(bindparam("xact_id", type_=BigInteger), bindparam("event_id", type_=BigInteger)),
        # What has this number or a higher one may have neighbours that cannot be seen yet.
        Event.xact_id < bindparam("horizon", type_=BigInteger),
        Event.kind == any_(bindparam("kinds", type_=ARRAY(String))),
    )
    .order_by(Event.xact_id, Event.id)
    .limit(constant(MOST_EVENTS))
)
IS_NEWS = select(func.now() - interval(days=NEWS_DAYS))
# Whether there is anything to do: asked first, as to lock a row is to write.
IS_BEHIND = select(
    OLDEST_OPEN - TellingProgress.xact_id > constant(PASSED),
    TellingProgress.xact_id >= OLDEST_OPEN,
    exists().where(
        tuple_(Event.xact_id, Event.id) > tuple_(TellingProgress.xact_id, TellingProgress.event_id),
        Event.xact_id < OLDEST_OPEN,
        Event.kind == any_(bindparam("kinds", type_=ARRAY(String))),
    ),
)


async def run_telling(database: Database) -> None:
    """Tells people of what is done, until cancelled.

    One process at a time does so, and each of them tries it every second: so another goes on at
    once where one dies. Several would have to agree which event is whose, and to keep the order of
    what each person is told; one tells thousands of people in seconds.
    """
    while True:
        try:
            async with database.transaction() as db:
                more = await tell_people(db)
        except (*ANY_FAULT, StorageAway) as fault:
            more = False
            log.warning("People could not be told: %s", fault)
        # Also between portions others have their turn.
        await asyncio.sleep(BREATH_SECONDS if more else EVERY_SECONDS)


async def tell_people(db: AsyncSession) -> bool:
    """Tells of the next events, at most MOST_PEOPLE people; does nothing while another process is
    doing so. Returns whether there may be more."""
    if not any((await db.execute(IS_BEHIND, {"kinds": _kinds()})).one()):
        return False
    progress = await db.scalar(taken_by_nobody(select(TellingProgress)))
    if progress is None:
        return False
    horizon = int((await db.execute(select(OLDEST_OPEN))).scalar_one())
    if progress.xact_id >= horizon:
        # The database was restored in a server that has counted fewer transactions.
        _pass(progress, horizon - 1, LAST)
    events = await _unread(db, progress, horizon)
    left = MOST_PEOPLE
    for event in events:
        left = await _tell_or_log(db, progress, event, left)
        if left <= 0:
            return True
        _pass(progress, event.xact_id, event.id)
    if len(events) < MOST_EVENTS and horizon - progress.xact_id > PASSED:
        _pass(progress, horizon - 1, LAST)
    return len(events) == MOST_EVENTS


def _pass(progress: TellingProgress, xact_id: int, event_id: int) -> None:
    progress.xact_id, progress.event_id = xact_id, event_id
    progress.place = progress.told_to = 0


def _kinds() -> list[str]:
    return [kind.value for kind in TELLS]


async def _unread(db: AsyncSession, progress: TellingProgress, horizon: int) -> Sequence[Event]:
    asked = {
        "xact_id": progress.xact_id,
        "event_id": progress.event_id,
        "horizon": horizon,
        "kinds": _kinds(),
    }
    return (await db.scalars(UNREAD, asked)).all()


async def _tell_or_log(db: AsyncSession, progress: TellingProgress, event: Event, left: int) -> int:
    """`_tell_of`; a fault in our code is logged, and the event passed: it must not keep everybody
    from being told of all that came after it. What is the database's fault is tried again."""
    try:
        async with db.begin_nested():
            return await _tell_of(db, progress, event, left)
    except ANY_FAULT:
        raise
    except Exception:
        log.exception("Nobody could be told of event %s, %s", event.id, event.kind)
        return left


async def _tell_of(db: AsyncSession, progress: TellingProgress, event: Event, left: int) -> int:
    """Tells at most `left` people of the event, and notes who was; returns how many could still be
    told of others, 0 where some are left."""
    since = (await db.execute(IS_NEWS)).scalar_one()
    if event.created_at < since:
        return left
    messages = await messages_about(db, event)
    while progress.place < len(messages):
        message = messages[progress.place]
        people = await next_recipients(db, event, message, after=progress.told_to, most=left)
        seeing = await those_who_see(db, event, people, although_gone=message.although_gone)
        await write_of(db, event, message, seeing)
        if len(people) == left:
            progress.told_to = people[-1].id
            return 0
        left -= len(people)
        progress.place, progress.told_to = progress.place + 1, 0
    return left


async def messages_about(db: AsyncSession, event: Event) -> list[Message]:
    """What is told of the event to whom, by all features."""
    tells = TELLS.get(Kind(event.kind), ())
    return [message for tell in tells for message in await tell(db, event)]
