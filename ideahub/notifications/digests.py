"""Sends digests, by any number of processes: each person's in one transaction, which holds their
row. So each is sent once, and what was told in it is in no other.

Left out is what was read on the page meanwhile, and what its reader may not open any more. Nothing
is sent where nothing is left.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import somebody
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database, constant, rows_of
from ideahub.core.file_store import StorageAway
from ideahub.core.languages import in_language
from ideahub.core.locking import taken_by_nobody
from ideahub.core.outbox import send_all_later
from ideahub.core.site import site_of
from ideahub.core.site_keys import IN_SESSION as KEYS
from ideahub.core.telling import MessageKind
from ideahub.notifications.addressing import TAKES_MAIL
from ideahub.notifications.grouping import NotificationView, grouped
from ideahub.notifications.letters import Post, Receiver, digest_of
from ideahub.notifications.models import Digest, Notification, Rhythm
from ideahub.notifications.planning import times_of
from ideahub.notifications.reading import TOLD_TO
from ideahub.notifications.rhythms import Subject, Wishes, things_of, wishes_of
from ideahub.notifications.schedule import Times, coming, latest
from ideahub.notifications.writing import language_of
from ideahub.organisations.models import Person

log = logging.getLogger(__name__)

EVERY_SECONDS, BREATH_SECONDS = 2.0, 0.01
# What one mail tells of at most; the rest follows in the next.
MOST = 500
# The oldest first, so that none waits for ever.
_oldest = TOLD_TO.order_by(None).order_by(Notification.id)
WAITING = _oldest.where(Notification.awaits_mail).limit(constant(MOST))
DUE = select(Digest).where(Digest.due_at <= func.now()).order_by(Digest.due_at).limit(1)
# After a fault in our code, so that it does not keep others from theirs.
AGAIN = timedelta(hours=1)


async def run_digests(database: Database) -> None:
    """Sends digests that are due, until cancelled."""
    while True:
        try:
            more = await send_next_digest(database)
        except (*ANY_FAULT, StorageAway) as fault:
            more = False
            log.warning("Digests could not be sent: %s", fault)
        await asyncio.sleep(BREATH_SECONDS if more else EVERY_SECONDS)


async def send_next_digest(database: Database) -> bool:
    """Looks for what one person's digest is to tell, and sends it; returns whether there was one
    to look for."""
    async with database.transaction() as db:
        digest = await db.scalar(taken_by_nobody(DUE))
        if digest is None:
            return False
        try:
            async with db.begin_nested():
                await _send(db, digest)
        except ANY_FAULT:
            raise
        except Exception:
            log.exception("The digest of person %s could not be made", digest.person_id)
            digest.due_at = func.now() + AGAIN
    return True


async def _send(db: AsyncSession, digest: Digest) -> None:
    person = digest.person_id
    found, now = await times_of(db, [person])
    times, wishes = found[person], await wishes_of(db, person)
    waiting = await _waiting(db, person)
    sorted_out = _sort_out(waiting, wishes, times, person, now)
    await _settle(db, sorted_out.over)
    rhythms = sorted_out.later
    if sorted_out.due and times.allows(now):
        await _mail(db, person, sorted_out.due)
        digest.last_sent_at, times = now, times._replace(last=now)
    elif sorted_out.due:
        # It waits for the next day on which there may be a digest, whatever its rhythm.
        rhythms.add(Rhythm.DAILY)
    if len(waiting) == MOST:
        rhythms.add(Rhythm.DAILY)
    digest.due_at = min((coming(times, now, one) for one in rhythms), default=None)


class _Sorted(NamedTuple):
    """What is due, what is told in no digest any more, and the rhythms of what comes later."""

    due: list[NotificationView]
    over: list[int]
    later: set[Rhythm]


def _sort_out(
    waiting: Sequence[NotificationView], wishes: Wishes, times: Times, person: int, now: datetime
) -> _Sorted:
    found = _Sorted([], [], set())
    for one in waiting:
        things = things_of(one.idea_id, one.campaign_id, one.thing)
        rhythm = wishes.rhythm(person, Subject(MessageKind(one.about), things))
        if rhythm is Rhythm.NEVER or not one.sees or one.read_at:
            found.over.append(one.id)
        elif one.told_at < latest(times, now, rhythm):
            found.due.append(one)
        else:
            found.later.add(rhythm)
    return found


async def _waiting(db: AsyncSession, person: int) -> list[NotificationView]:
    viewer = await somebody(db, person)
    rows = await rows_of(db, WAITING, viewer.bound)
    return [NotificationView(*row) for row in reversed(rows)]


async def _mail(db: AsyncSession, person: int, due: Sequence[NotificationView]) -> None:
    """Sends a mail that tells of all of it; to an address that takes no mail nothing is sent."""
    asked = select(Person.email, Person.language, TAKES_MAIL).where(Person.id == person)
    email, chosen, takes_mail = (await db.execute(asked)).one()
    numbers = [one.id for one in due]
    if not takes_mail:
        await _settle(db, numbers)
        return
    site = site_of(db)
    with in_language(language_of(chosen, site)):
        post = Post(site, db.info.get(KEYS))
        mail = digest_of(post, Receiver(person, email or ""), grouped(due), len(due))
    sent = await send_all_later(db, [mail])
    await _settle(db, numbers, mail_id=sent[person], mailed_at=func.now())


async def _settle(db: AsyncSession, numbers: Sequence[int], **values: object) -> None:
    """They wait for no digest any more."""
    if numbers:
        settled = update(Notification).where(Notification.id.in_(numbers))
        settled = settled.values(awaits_mail=False, **values)
        await db.execute(settled.execution_options(synchronize_session=False))
