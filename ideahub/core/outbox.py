"""Mail that a deed sends: stored in the deed's transaction, and sent soon after by any process.

So nothing is sent for a deed that was undone, and a mail server that is away loses nothing.

Each mail is sent once. It is held by one process while it is sent, and noted as sent by the next
statement after the server has taken it. Where a process dies between these two, nobody can know
whether the server has it: it is sent once more, with the same Message-ID, by which mail servers and
programs know that it is the same message. Never is worse than twice.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from ideahub.core.bounce_addresses import return_path_of
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Base, Database, Dated, Numbered, interval, table_of
from ideahub.core.locking import one_at_a_time, taken_by_nobody
from ideahub.core.mail_content import content_in
from ideahub.core.mail_receivers import why_not_to
from ideahub.core.mail_refusals import note_refusal
from ideahub.core.mailing import (
    AddressRefused,
    AddressReserved,
    Mailer,
    MailFailed,
    ServerAway,
    Wrapping,
)
from ideahub.core.many_rows import ManyRows
from ideahub.core.refusals import Invalid
from ideahub.core.site_keys import IN_SESSION as KEYS
from ideahub.core.sweeping import old_rows_deleted

log = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
AT_ONCE = 20
# A process that has taken mail to send and then ended holds it so long. It begins to send no mail
# that it has held for longer than LATEST_SECONDS: one takes at most a minute.
HELD = timedelta(minutes=3)
LATEST_SECONDS = 90.0
# Waits between tries: one minute, two, four, … at most so long, until it is given up. Tries that
# found no server at all are not counted.
LONGEST_WAIT_MINUTES = 60
MOST_TRIES = 60
KEPT = timedelta(days=30)


class OutgoingMail(Numbered, Dated, Base):
    """A mail to send, or that was sent: `sent_at` says when, `given_up_at` that it cannot be.

    `content` is what its HTML is made of; without it, of `body`. `given_up_why` tells the operator
    the reason, in English. Until `held_until` the process that took it at `taken_at` sends it.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index("ix_outgoing_mail_person_id", "person_id"),
        Index("ix_outgoing_mail_taken_at", "taken_at"),
    )

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    to: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    headers: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    next_try_at: Mapped[datetime] = mapped_column(server_default=func.now())
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    taken_at: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    given_up_why: Mapped[str] = mapped_column(String(100), server_default="")


WAITS = and_(OutgoingMail.sent_at.is_(None), OutgoingMail.given_up_at.is_(None))
IS_HELD = OutgoingMail.held_until > func.now()
Index("ix_outgoing_mail_next_try_at", OutgoingMail.next_try_at, postgresql_where=WAITS)
Index("ix_outgoing_mail_to", OutgoingMail.to, OutgoingMail.id, postgresql_where=WAITS)
# Gets the numbers of mails right before they are sent; gives up those whose reader may not read
# them any more, and returns their numbers. Every feature's; features.py fills it.
Withhold = Callable[[AsyncSession, Sequence[int]], Awaitable[Collection[int]]]
WITHHOLDS: list[Withhold] = []
_earlier = aliased(OutgoingMail)
# To one address mails go in their order.
FOLLOWS_ANOTHER = (
    select(_earlier.id)
    .where(
        _earlier.to == OutgoingMail.to,
        _earlier.id < OutgoingMail.id,
        _earlier.sent_at.is_(None),
        _earlier.given_up_at.is_(None),
    )
    .correlate(OutgoingMail)
    .exists()
)


async def send_later(
    db: AsyncSession, *, to: str, subject: str, text: str, person_id: int | None = None
) -> None:
    """Sends a text to one address once the transaction has committed. `person_id` is whose address
    it is, where it belongs to an account: with the account the mail is deleted, too."""
    await send_all_later(db, [Mail(to, subject, text, person_id)])


NO_HEADERS: Mapping[str, str] = {}


class Mail(NamedTuple):
    """A text to one address; `person_id` is as in `send_later`, `content` what its HTML is made of,
    where that is more than the text."""

    to: str
    subject: str
    text: str
    person_id: int | None = None
    content: dict[str, Any] | None = None
    headers: Mapping[str, str] = NO_HEADERS


_MANY = ManyRows(OutgoingMail, "to", "subject", "body", "person_id", "content", "headers")
_ADDED = (
    insert(table_of(OutgoingMail))
    .from_select(_MANY.names, select(_MANY.rows))
    .returning(table_of(OutgoingMail).c.id, table_of(OutgoingMail).c.person_id)
)


async def send_all_later(db: AsyncSession, mails: Sequence[Mail]) -> dict[int, int]:
    """`send_later` for many: in one statement. Returns the number of the mail to each person."""
    numbers: dict[int, int] = {}
    for values in _MANY.in_portions(mails):
        rows = await db.execute(_ADDED, values)
        numbers |= {row.person_id: row.id for row in rows if row.person_id is not None}
    return numbers


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
    """Sends at most AT_ONCE of the mails that are due and returns how many it tried."""
    async with database.transaction() as db:
        taken = await _take(db, mailer)
    began = time.monotonic()
    for tried, mail in enumerate(taken):
        if time.monotonic() - began > LATEST_SECONDS:
            await _let_go(database, taken[tried:])
            return tried
        if not await _send(database, mailer, mail):
            await _let_go(database, taken[tried + 1 :])
            return tried + 1
    return len(taken)


class _Taken(NamedTuple):
    """A mail that this process sends, and where it comes back to if it cannot be delivered."""

    mail: OutgoingMail
    return_path: str


async def _take(db: AsyncSession, mailer: Mailer) -> Sequence[_Taken]:
    # One after the other, so that all processes together send no more than was said.
    await one_at_a_time(db, "outbox")
    lately = OutgoingMail.taken_at > func.now() - interval(minutes=1)
    allowed = mailer.per_minute - (await db.scalar(select(func.count()).where(lately)) or 0)
    first = (
        select(OutgoingMail)
        .where(
            WAITS, OutgoingMail.next_try_at <= func.now(), IS_HELD.is_not(True), ~FOLLOWS_ANOTHER
        )
        .order_by(OutgoingMail.id)
        .limit(max(0, min(AT_ONCE, allowed)))
    )
    found = await _without_withheld(db, (await db.scalars(taken_by_nobody(first))).all())
    if found:
        held = {"held_until": func.now() + HELD, "next_try_at": func.now() + HELD}
        numbers = [mail.id for mail in found]
        await _note(db, numbers, **held, taken_at=func.now(), tries=OutgoingMail.tries + 1)
    keys, bounces = db.info.get(KEYS), mailer.bounce_address
    return [
        _Taken(mail, return_path_of(keys, bounces, mail.id) if keys and bounces else "")
        for mail in found
    ]


async def _without_withheld(
    db: AsyncSession, mails: Sequence[OutgoingMail]
) -> Sequence[OutgoingMail]:
    numbers = [mail.id for mail in mails]
    withheld = {number for ask in WITHHOLDS if numbers for number in await ask(db, numbers)}
    return [mail for mail in mails if mail.id not in withheld]


async def _let_go(database: Database, taken: Sequence[_Taken]) -> None:
    """They were not tried; any process takes them."""
    if taken:
        free = {"next_try_at": func.now(), "held_until": None, "taken_at": None}
        numbers = [one.mail.id for one in taken]
        async with database.transaction() as db:
            await _note(db, numbers, **free, tries=OutgoingMail.tries - 1)


async def _send(database: Database, mailer: Mailer, taken: _Taken) -> bool:
    """Sends it, and notes what came of that; False where there is no mail server. What may go to
    its receiver no longer is given up."""
    mail, refused, away = taken.mail, "", False
    async with database.transaction() as db:
        if why := await why_not_to(db, mail.to, mail.person_id):
            await _note(db, [mail.id], held_until=None, **_given_up(why))
            return True
    try:
        await mailer.send(mail.to, mail.subject, mail.body, _wrapping(taken))
        noted = {"sent_at": func.now()}
    except ServerAway:
        away, noted = True, _tried_for_nothing()
    except MailFailed as failed:
        noted, refused = _failed(mail, failed), getattr(failed, "answer", "")
    except Invalid:
        noted = _given_up("it cannot be written to this address")
    async with database.transaction() as db:
        await _note(db, [mail.id], held_until=None, **noted)
        if refused:
            await note_refusal(db, mail.to, refused)
    return not away


def _tried_for_nothing() -> dict[str, Any]:
    later = func.now() + interval(minutes=1)
    return {"next_try_at": later, "tries": OutgoingMail.tries - 1, "taken_at": None}


def _failed(mail: OutgoingMail, failed: MailFailed) -> dict[str, Any]:
    if isinstance(failed, AddressReserved):
        return _given_up("the domain is reserved for examples (RFC 2606)")
    if isinstance(failed, AddressRefused):
        return _given_up("the server refused the address")
    if mail.tries + 1 >= MOST_TRIES:
        return _given_up("the server did not take it, however often it was tried")
    minutes = min(2**mail.tries, LONGEST_WAIT_MINUTES)
    return {"next_try_at": func.now() + interval(minutes=minutes)}


def _wrapping(taken: _Taken) -> Wrapping:
    mail = taken.mail
    return Wrapping(
        content=content_in(mail.content) if mail.content else None,
        headers=mail.headers,
        # The same at each try.
        message_id=f"mail-{mail.id}-{int(mail.created_at.timestamp())}",
        return_path=taken.return_path,
    )


def _given_up(why: str) -> dict[str, Any]:
    return {"given_up_at": func.now(), "given_up_why": why}


async def _note(db: AsyncSession, numbers: Sequence[int], **values: object) -> None:
    change = update(OutgoingMail).where(OutgoingMail.id.in_(numbers)).values(**values)
    await db.execute(change.execution_options(synchronize_session=False))


_done = or_(OutgoingMail.sent_at < func.now() - KEPT, OutgoingMail.given_up_at < func.now() - KEPT)
OLD_DELETED = old_rows_deleted(OutgoingMail, _done)


async def forget_sent(db: AsyncSession) -> None:
    """Deletes what was sent or given up longer ago than KEPT, bit by bit."""
    await db.execute(OLD_DELETED)
