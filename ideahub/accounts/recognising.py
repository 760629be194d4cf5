"""Known browsers: where somebody has signed in before, so that no stranger's tries stop them.

The method is OWASP's "Slow Down Online Guessing Attacks with Device Cookies". A known browser
proves nothing about who sits before it; it only decides under what a try is counted.
"""

import secrets
from datetime import timedelta

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.models import KnownBrowser
from ideahub.organisations.models import Person

KEPT = timedelta(days=365)
MOST_KNOWN = 20
SWEPT_AT_ONCE = 1_000


class Browser(msgspec.Struct, frozen=True):
    """What somebody signs in with: how it calls itself, from where, and what it keeps.

    `secret` opens a session, `known` says who signed in here before, `asked` is the secret it
    was given when it asked for a code.
    """

    agent: str = ""
    client: str = ""
    secret: str | None = None
    known: str | None = None
    asked: str | None = None


async def is_known(db: AsyncSession, browser: Browser, address: str) -> bool:
    """Whether the person with this address has signed in on this browser before."""
    if not browser.known:
        return False
    found = await db.scalar(
        select(KnownBrowser.person_id)
        .join(Person, Person.id == KnownBrowser.person_id)
        .where(KnownBrowser.token_hash == hash_token(browser.known), Person.email == address)
    )
    return found is not None


async def know_browser(db: AsyncSession, person_id: int, browser: Browser) -> str:
    """Knows this browser from now on, as this person's alone; returns what its cookie keeps."""
    if browser.known:
        here = KnownBrowser.token_hash == hash_token(browser.known)
        seen = update(KnownBrowser).where(here, KnownBrowser.person_id == person_id)
        again = seen.values(seen_at=func.statement_timestamp()).returning(KnownBrowser.person_id)
        if await db.scalar(again) is not None:
            return browser.known
        # Somebody else was here before: two who share a browser do not fill each other's list.
        await db.execute(delete(KnownBrowser).where(here))
    token = secrets.token_urlsafe(32)
    db.add(
        KnownBrowser(
            token_hash=hash_token(token), person_id=person_id, seen_at=func.statement_timestamp()
        )
    )
    await db.flush()
    await _forget_beyond(db, person_id)
    return token


async def forget_other_browsers(db: AsyncSession, person_id: int, browser: Browser) -> None:
    """Makes strangers of all the browsers this person has signed in on, but for this one."""
    others = KnownBrowser.token_hash != hash_token(browser.known or "")
    await db.execute(delete(KnownBrowser).where(KnownBrowser.person_id == person_id, others))


async def forget_old_browsers(db: AsyncSession) -> None:
    """Deletes those where nobody signed in for a year; cheap enough for every tick."""
    old = (
        select(KnownBrowser.token_hash)
        .where(KnownBrowser.seen_at < func.now() - KEPT)
        .limit(SWEPT_AT_ONCE)
    )
    await db.execute(delete(KnownBrowser).where(KnownBrowser.token_hash.in_(old)))


async def _forget_beyond(db: AsyncSession, person_id: int) -> None:
    own = KnownBrowser.person_id == person_id
    newest = (
        select(KnownBrowser.token_hash)
        .where(own)
        .order_by(KnownBrowser.seen_at.desc(), KnownBrowser.token_hash)
        .limit(MOST_KNOWN)
    )
    await db.execute(delete(KnownBrowser).where(own, KnownBrowser.token_hash.not_in(newest)))
