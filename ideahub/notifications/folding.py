"""After the mail server was away: what has become old meanwhile comes in one digest, and not as a
flood of mails."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import interval, table_of
from ideahub.core.locking import taken_by_nobody
from ideahub.core.outbox import IS_HELD, WAITS, OutgoingMail
from ideahub.notifications.models import Notification
from ideahub.notifications.wishing import lock_digest, look_again

# A mail that waits so long is old; several to one person are folded.
OLD_MINUTES = 120
MOST_PEOPLE = 200
_tells = select(Notification.id).where(Notification.mail_id == OutgoingMail.id).exists()
OLD = (
    WAITS,
    IS_HELD.is_not(True),
    OutgoingMail.created_at < func.now() - interval(minutes=OLD_MINUTES),
    _tells,
)
FLOODED = (
    select(OutgoingMail.person_id)
    .where(*OLD, OutgoingMail.person_id.is_not(None))
    .group_by(OutgoingMail.person_id)
    .having(func.count() > 1)
    .order_by(OutgoingMail.person_id)
    .limit(MOST_PEOPLE)
)


async def fold_old_mail(db: AsyncSession) -> None:
    """What several mails to one person were to tell, and could not for hours, waits for a digest
    instead, which is due at once."""
    flooded = list(await db.scalars(FLOODED))
    if not flooded:
        return
    held = select(OutgoingMail.id).where(*OLD, OutgoingMail.person_id.in_(flooded))
    numbers = list(await db.scalars(taken_by_nobody(held.order_by(OutgoingMail.id))))
    await into_digests(db, numbers, "it was folded into a digest")


async def into_digests(db: AsyncSession, mails: Sequence[int], why: str) -> None:
    """What these mails were to tell waits for digests instead, which are due at once; the operator
    is told why the mails are not sent."""
    outgoing, told = table_of(OutgoingMail), table_of(Notification)
    given_up = {"given_up_at": func.now(), "given_up_why": why}
    await db.execute(update(outgoing).where(outgoing.c.id.in_(mails)).values(given_up))
    again = {"awaits_mail": True, "mailed_at": None, "mail_id": None}
    waits = update(told).where(told.c.mail_id.in_(mails)).values(again)
    people = sorted(set(await db.scalars(waits.returning(told.c.person_id))))
    for person in people:
        await look_again(db, await lock_digest(db, person))
