"""Codes sent by mail, which prove that whoever types them reads that address."""

import secrets
from datetime import timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.limits import attempt_key, limit, network
from ideahub.accounts.models import EmailCode
from ideahub.accounts.passwords import hash_secret, is_secret
from ideahub.db import Database
from ideahub.i18n import _
from ideahub.refusals import Invalid

# Without 0 and O, 1 and I, which look alike. 32 letters, 8 of them: 40 bits.
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 8
HOLDS = timedelta(minutes=15)
TICKET_HOLDS = timedelta(minutes=30)
MOST_TRIES = 5
WINDOW = timedelta(minutes=15)
ASKED_PER_ADDRESS, ASKED_PER_CLIENT = 5, 60
TRIED_PER_ADDRESS, TRIED_PER_CLIENT = 20, 120


class Try(msgspec.Struct, frozen=True):
    """A code that may still be right, and has been counted as tried once more."""

    id: int
    hash: str


def readable_code(code: str) -> str:
    """The code in two halves, as it stands in the mail."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def clean_code(typed: str) -> str:
    """The code without the spaces and dashes people copy along, in capitals."""
    return "".join(character for character in typed.upper() if character.isalnum())[:40]


async def new_code(database: Database, address: str, client: str) -> str:
    """Makes the one code that is valid for this address from now on; raises TooMany."""
    async with database.transaction() as db:
        await limit(db, attempt_key("code for", address), ASKED_PER_ADDRESS, WINDOW)
        await limit(db, attempt_key("code from", network(client)), ASKED_PER_CLIENT, WINDOW)
    code = "".join(secrets.choice(LETTERS) for _place in range(LENGTH))
    kept = (await hash_secret(code)).encode()
    async with database.transaction() as db:
        expires_at = func.statement_timestamp() + HOLDS
        db.add(EmailCode(email=address, code_hash=kept, expires_at=expires_at))
    return code


async def try_code(database: Database, address: str, typed: str, client: str) -> int:
    """The number of the code if it is right; raises Invalid, TooMany.

    The try is counted and committed before it is judged, and no transaction waits for the
    hash. A right code is not spent yet: whoever acts on it calls `spend_code`.
    """
    async with database.transaction() as db:
        await limit(db, attempt_key("code tried", address), TRIED_PER_ADDRESS, WINDOW)
        await limit(db, attempt_key("code tries", network(client)), TRIED_PER_CLIENT, WINDOW)
        found = await _count_try(db, address)
    if not await is_secret(found.hash if found else None, clean_code(typed)) or found is None:
        raise wrong_code()
    return found.id


def wrong_code() -> Invalid:
    """The one answer to a wrong, an old, a spent and a worn-out code."""
    return Invalid(
        _(
            "This code is not right, or no longer valid. A code works once, for 15 minutes and "
            "for five tries; only the newest one counts. You can ask for a new one."
        )
    )


async def _count_try(db: AsyncSession, address: str) -> Try | None:
    newest = (
        select(EmailCode.id)
        .where(EmailCode.email == address)
        .order_by(EmailCode.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    tried = await db.execute(
        update(EmailCode)
        .where(
            EmailCode.id == newest,
            EmailCode.used_at.is_(None),
            EmailCode.expires_at > func.statement_timestamp(),
            EmailCode.tries < MOST_TRIES,
        )
        .values(tries=EmailCode.tries + 1)
        .returning(EmailCode.id, EmailCode.code_hash)
    )
    found = tried.one_or_none()
    return Try(found.id, bytes(found.code_hash).decode()) if found else None


async def spend_code(db: AsyncSession, code_id: int) -> None:
    """Marks the code as used; raises Invalid for all but the first who come with it."""
    spent = await db.execute(
        update(EmailCode)
        .where(EmailCode.id == code_id, EmailCode.used_at.is_(None))
        .values(used_at=func.statement_timestamp())
        .returning(EmailCode.id)
    )
    if spent.one_or_none() is None:
        raise wrong_code()


async def issue_ticket(db: AsyncSession, code_id: int) -> str:
    """Spends the code for a ticket: half an hour to say one's name before joining."""
    await spend_code(db, code_id)
    ticket = secrets.token_urlsafe(32)
    await db.execute(
        update(EmailCode)
        .where(EmailCode.id == code_id)
        .values(
            code_hash=_ticket_hash(ticket),
            expires_at=func.statement_timestamp() + TICKET_HOLDS,
        )
    )
    return ticket


async def find_ticket(db: AsyncSession, ticket: str | None) -> str | None:
    """The address this ticket proves, while it holds."""
    address: str | None = await db.scalar(
        select(EmailCode.email).where(
            EmailCode.code_hash == _ticket_hash(ticket or ""),
            EmailCode.used_at.is_not(None),
            EmailCode.expires_at > func.statement_timestamp(),
        )
    )
    return address


async def end_ticket(db: AsyncSession, ticket: str | None) -> str | None:
    """The address this ticket proved, for the last time; None where it holds no more."""
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
