"""Mail that a deed sends: stored in the deed's transaction, and sent soon after by any process.

So nothing is sent for a deed that was undone, and a mail server that is away loses nothing.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Base, Database, Dated, Numbered, interval
from ideahub.core.locking import taken_by_nobody
from ideahub.core.mailing import AddressRefused, AddressReserved, Mailer, MailFailed
from ideahub.core.refusals import Invalid

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
AT_ONCE = 20
# A process that has taken mail to send and then ended holds it so long.
HELD = timedelta(minutes=2)
# Waits between tries: one minute, two, four, … at most so long, until it is given up.
LONGEST_WAIT_MINUTES = 60
MOST_TRIES = 60
KEPT = timedelta(days=30)


class OutgoingMail(Numbered, Dated, Base):
    """A mail to send, or that was sent: `sent_at` says when, `given_up_at` that it cannot be.

    `given_up_why` tells the operator the reason, in English.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_person_id", "person_id"),)

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    to: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    next_try_at: Mapped[datetime] = mapped_column(server_default=func.now())
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    given_up_why: Mapped[str] = mapped_column(String(100), server_default="")


WAITS = and_(OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None))
Index("ix_outgoing_mail_next_try_at", OutgoingMail.next_try_at, postgresql_where=WAITS)


async def send_later(
    db: AsyncSession, *, to: str, subject: str, text: str, person_id: int | None = None
) -> None:
    """Sends a plain text to one address once the transaction has committed. `person_id` is whose
    address it is, where it belongs to an account: with the account the mail is deleted, too."""
    db.add(OutgoingMail(to=to, subject=subject, body=text, person_id=person_id))
    await db.flush()


class Mail(NamedTuple):
    """A plain text to one address; `person_id` is as in `send_later`."""

    to: str
    subject: str
    text: str
    person_id: int | None = None


async def send_all_later(db: AsyncSession, mails: Sequence[Mail]) -> None:
    """`send_later` for many: in one statement."""
    columns = ("to", "subject", "body", "person_id")
    if mails:
        rows = [dict(zip(columns, mail, strict=True)) for mail in mails]
        await db.execute(insert(OutgoingMail), rows)


async def run_outbox(database: Database, mailer: Mailer) -> None:
    """Sends what waits, until cancelled."""
    while True:
        try:
            more = await send_waiting(database, mailer) == AT_ONCE
        except ANY_FAULT as fault:
            more = False
            log.warning("Mail could not be looked for: %s", fault)
        if not more:
            await asyncio.sleep(EVERY_SECONDS)


async def send_waiting(database: Database, mailer: Mailer) -> int:
    """Sends at most AT_ONCE of the mails that are due and returns how many it tried.

    Between being taken and being noted as sent a mail is held for this process only. If the
    process ends in between, the mail is sent once more: twice is better than never.
    """
    async with database.transaction() as db:
        taken = await _take(db)
    for mail in taken:
        await _send(database, mailer, mail)
    return len(taken)


async def _take(db: AsyncSession) -> Sequence[OutgoingMail]:
    first = (
        select(OutgoingMail)
        .where(WAITS, OutgoingMail.next_try_at <= func.now())
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
        .limit(AT_ONCE)
    )
    found = (await db.scalars(taken_by_nobody(first))).all()
    if found:
        held_until = func.now() + HELD
        numbers = [mail.id for mail in found]
        await _note(db, numbers, next_try_at=held_until, tries=OutgoingMail.tries + 1)
    return found


async def _send(database: Database, mailer: Mailer, mail: OutgoingMail) -> None:
    try:
        await mailer.send(mail.to, mail.subject, mail.body)
    except Invalid:
        noted = _given_up("it cannot be written to this address")
    except AddressReserved:
        noted = _given_up("the domain is reserved for examples (RFC 2606)")
    except AddressRefused:
        noted = _given_up("the server refused the address")
    except MailFailed:
        minutes = min(2**mail.tries, LONGEST_WAIT_MINUTES)
        noted = {"next_try_at": func.now() + interval(minutes=minutes)}
        if mail.tries + 1 >= MOST_TRIES:
            noted |= _given_up("the server did not take it, however often it was tried")
    else:
        noted = {"sent_at": func.now()}
    async with database.transaction() as db:
        await _note(db, [mail.id], **noted)


def _given_up(why: str) -> dict[str, Any]:
    return {"given_up_at": func.now(), "given_up_why": why}


async def _note(db: AsyncSession, numbers: Sequence[int], **values: object) -> None:
    change = update(OutgoingMail).where(OutgoingMail.id.in_(numbers)).values(**values)
    await db.execute(change.execution_options(synchronize_session=False))


async def forget_sent(db: AsyncSession) -> None:
    """Deletes what was sent or given up longer ago than KEPT."""
    done = or_(
        OutgoingMail.sent_at < func.now() - KEPT, OutgoingMail.given_up_at < func.now() - KEPT
    )
    some = select(OutgoingMail.id).where(done).order_by(OutgoingMail.id).limit(1000)
    await db.execute(delete(OutgoingMail).where(OutgoingMail.id.in_(some.scalar_subquery())))
