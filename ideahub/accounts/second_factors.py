"""The second step of signing in: a code of the authenticator app, or a recovery code."""

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.authenticator_apps import find_app, use_app_code
from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.guessed_codes import forget_wrong_codes, must_accept_app_codes
from ideahub.accounts.limiting_tries import WINDOW
from ideahub.accounts.models import HalfSignIn
from ideahub.accounts.recovery_codes import LENGTH, use_recovery_code
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.refusals import Conflict
from ideahub.core.sweeping import old_rows_deleted
from ideahub.organisations.models import Person

HALF_VALID = timedelta(minutes=5)
MOST_TRIES = 5
# Of one person, from everywhere: a code has a million values, of which three are right at a time.
MOST_OF_PERSON = 10
KEPT = timedelta(days=1)


async def begin_half(db: AsyncSession, person: Person, *, by_mail: bool = False) -> str | None:
    """Notes that the person has proved the first thing, and whether by a code by mail; returns a
    secret for the browser's cookie, None where they have no app, so that nothing more is asked."""
    if await find_app(db, person.id) is None:
        return None
    secret = secrets.token_urlsafe(32)
    half = HalfSignIn(person_id=person.id, browser_hash=hash_token(secret), by_mail=by_mail)
    half.expires_at = func.statement_timestamp() + HALF_VALID
    db.add(half)
    await db.flush()
    return secret


async def is_half_signed_in(db: AsyncSession, secret: str | None) -> bool:
    """Whether the browser with this secret may go on with the second step."""
    return await db.scalar(select(HalfSignIn.id).where(*_standing(secret))) is not None


async def count_half_try(database: Database, secret: str | None) -> int:
    """The person whose second step it is, with this try counted; raises Conflict where it is too
    late, TooMany."""
    async with database.transaction() as db:
        tried = update(HalfSignIn).where(*_standing(secret)).values(tries=HalfSignIn.tries + 1)
        person_id: int | None = await db.scalar(tried.returning(HalfSignIn.person_id))
    if person_id is None:
        raise too_late()
    await count_second_try(database, person_id)
    return person_id


async def count_second_try(database: Database, person_id: int) -> None:
    """Counts a try of a person's code; raises TooMany. Only who has proved the first thing can."""
    async with database.transaction() as db:
        await limit(db, attempt_key("second factor", str(person_id)), MOST_OF_PERSON, WINDOW)


async def use_second_factor(
    db: AsyncSession, person_id: int, code: str, *, by_mail: bool = False
) -> None:
    """Uses up a code of the app, or a recovery code; raises Invalid. To be run within
    `counting_wrong_codes`."""
    if len(code) == LENGTH:
        await use_recovery_code(db, person_id, code)
        await forget_wrong_codes(db, person_id)
    else:
        await must_accept_app_codes(db, person_id, by_mail=by_mail)
        await use_app_code(db, person_id, code)


async def end_half(db: AsyncSession, secret: str | None) -> bool:
    """Uses the half-signed state up; returns whether it began with a code by mail. Raises Conflict
    where it was used meanwhile, or is too old."""
    used = update(HalfSignIn).where(*_standing(secret, tried=True))
    used = used.values(used_at=func.statement_timestamp())
    by_mail = await db.scalar(used.returning(HalfSignIn.by_mail))
    if by_mail is None:
        raise too_late()
    return bool(by_mail)


def too_late() -> Conflict:
    """The refusal of a second step that is too late, or was tried too often."""
    return Conflict(
        _("This took too long, or was tried too often. Begin again with your address, please.")
    )


OLD_DELETED = old_rows_deleted(HalfSignIn, HalfSignIn.created_at < func.now() - KEPT)


async def forget_halves(db: AsyncSession) -> None:
    """Deletes what is older than a day, bit by bit."""
    await db.execute(OLD_DELETED)


def _standing(secret: str | None, *, tried: bool = False) -> tuple[ColumnElement[bool], ...]:
    # The try that is just being made is counted already.
    most = MOST_TRIES + 1 if tried else MOST_TRIES
    return (
        HalfSignIn.browser_hash == hash_token(secret or ""),
        HalfSignIn.used_at.is_(None),
        HalfSignIn.expires_at > func.statement_timestamp(),
        HalfSignIn.tries < most,
    )
