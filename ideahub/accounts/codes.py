"""Codes sent by mail: who types one proves that they read mail at that address."""

import secrets
from datetime import timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.limiting_tries import WINDOW, TryLimits, limit_tries
from ideahub.accounts.models import EmailCode
from ideahub.accounts.passwords import hash_secret, is_secret
from ideahub.accounts.recognising import Browser
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.refusals import Invalid
from ideahub.core.sweeping import old_rows_deleted
from ideahub.core.viewer import Viewer

# Without 0 and O, 1 and I, which look alike. 32 letters, 8 of them: 40 bits.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8
CODE_VALID = timedelta(minutes=15)
KEPT = timedelta(days=1)
TICKET_VALID = timedelta(minutes=30)
MOST_TRIES = 5
# All strangers together can ask for 100 codes for an address, so they cannot flood its mailbox,
# and have 5 tries for each, of 2^40 possible codes. One internet subscriber can ask for 20, so
# they cannot use up what others may ask for.
ASKED = TryLimits(own=5, network=60, nearby=20, together=100)


class NewCode(msgspec.Struct, frozen=True):
    """A code to send by mail, and a secret for the cookie of the only browser where it works."""

    code: str
    secret: str


class CodeTry(msgspec.Struct, frozen=True):
    """A code that can still be used, with this try already counted."""

    id: int
    hash: str


def readable_code(code: str) -> str:
    """The code as the mail shows it, in two halves."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def clean_code(typed: str) -> str:
    """The code in capitals, without spaces and dashes that were copied with it."""
    return "".join(character for character in typed.upper() if character.isalnum())[:40]


async def new_code(database: Database, address: str, browser: Browser) -> NewCode:
    """Makes a code; from now on only this one works in this browser. Raises TooMany."""
    other = _("A password works at once, and so does a browser you have signed in on before.")
    async with database.transaction() as db:
        await limit_tries(db, "code", address, browser, ASKED, instead=other)
    return await _make(database, address)


async def new_own_code(database: Database, viewer: Viewer, address: str) -> NewCode:
    """`new_code` for the viewer's own address, with a limit that strangers cannot use up; raises
    TooMany."""
    async with database.transaction() as db:
        key = attempt_key("own code", str(viewer.person_id))
        await limit(db, key, ASKED.own, WINDOW)
    return await _make(database, address)


async def _make(database: Database, address: str) -> NewCode:
    code = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
    secret = secrets.token_urlsafe(32)
    kept = (await hash_secret(code)).encode()
    made = EmailCode(email=address, code_hash=kept, browser_hash=hash_token(secret))
    made.expires_at = func.statement_timestamp() + CODE_VALID
    async with database.transaction() as db:
        db.add(made)
    return NewCode(code, secret)


async def try_code(database: Database, address: str, typed: str, browser: Browser) -> int:
    """The number of the code, if it is right and this browser asked for it; else raises Invalid.

    The try is counted and committed before the code is compared, and no transaction waits for the
    hash. A right code is not used up yet: whoever acts on it calls `spend_code`. Each code has
    MOST_TRIES tries and the number of codes is limited, so tries need no limit of their own.
    """
    async with database.transaction() as db:
        found = await _count_try(db, address, browser)
    if found is None or not await is_secret(found.hash, clean_code(typed)):
        raise wrong_code()
    return found.id


def wrong_code() -> Invalid:
    """The refusal of a code that is wrong, too old, used, or tried too often: always the same."""
    return Invalid(
        _(
            "This code is not right, or no longer valid. The newest one works once, for 15 "
            "minutes, and only in the browser that asked for it. You can ask for a new one here."
        )
    )


async def _count_try(db: AsyncSession, address: str, browser: Browser) -> CodeTry | None:
    # Each code has a secret of its own, and the browser's cookie has only that of the newest.
    tried = await db.execute(
        update(EmailCode)
        .where(
            EmailCode.email == address,
            EmailCode.browser_hash == hash_token(browser.asked or ""),
            EmailCode.used_at.is_(None),
            EmailCode.expires_at > func.statement_timestamp(),
            EmailCode.tries < MOST_TRIES,
        )
        .values(tries=EmailCode.tries + 1)
        .returning(EmailCode.id, EmailCode.code_hash)
    )
    found = tried.one_or_none()
    return CodeTry(found.id, bytes(found.code_hash).decode()) if found else None


async def spend_code(db: AsyncSession, code_id: int) -> None:
    """Marks the code as used; raises Invalid where it is used already."""
    spent = await db.execute(
        update(EmailCode)
        .where(EmailCode.id == code_id, EmailCode.used_at.is_(None))
        .values(used_at=func.statement_timestamp())
        .returning(EmailCode.id)
    )
    if spent.one_or_none() is None:
        raise wrong_code()


async def issue_ticket(db: AsyncSession, code_id: int) -> str:
    """Uses the code up and returns a ticket, which proves the address for TICKET_VALID."""
    await spend_code(db, code_id)
    ticket = secrets.token_urlsafe(32)
    await db.execute(
        update(EmailCode)
        .where(EmailCode.id == code_id)
        .values(
            code_hash=_ticket_hash(ticket),
            expires_at=func.statement_timestamp() + TICKET_VALID,
        )
    )
    return ticket


async def find_ticket(db: AsyncSession, ticket: str | None) -> str | None:
    """The address that this ticket proves; None where the ticket is not valid (any more)."""
    address: str | None = await db.scalar(
        select(EmailCode.email).where(
            EmailCode.code_hash == _ticket_hash(ticket or ""),
            EmailCode.used_at.is_not(None),
            EmailCode.expires_at > func.statement_timestamp(),
        )
    )
    return address


async def end_ticket(db: AsyncSession, ticket: str | None) -> str | None:
    """Uses the ticket up and returns its address; None where the ticket is not valid (any more)."""
    ended = await db.execute(
        update(EmailCode)
        .where(
            EmailCode.code_hash == _ticket_hash(ticket or ""),
            EmailCode.used_at.is_not(None),
            EmailCode.expires_at > func.statement_timestamp(),
        )
        .values(expires_at=func.statement_timestamp())
        .returning(EmailCode.email)
    )
    return ended.scalar_one_or_none()


def _ticket_hash(ticket: str) -> bytes:
    return sha256(b"ticket:" + ticket.encode()).digest()


OLD_DELETED = old_rows_deleted(EmailCode, EmailCode.created_at < func.now() - KEPT)


async def forget_codes(db: AsyncSession) -> None:
    """Deletes codes that are older than a day, bit by bit."""
    await db.execute(OLD_DELETED)
