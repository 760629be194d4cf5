"""Known browsers, on which somebody has signed in before: strangers cannot use up their tries.

The method is OWASP's "Slow Down Online Guessing Attacks with Device Cookies". A known browser
does not prove who uses it; it only decides which limit a try is counted against.
"""

import secrets
from datetime import timedelta

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.models import KnownBrowser
from ideahub.core.events import Kind, Ref, record
from ideahub.organisations.models import Person

KEPT = timedelta(days=365)
MOST_KNOWN = 20
SWEPT_AT_ONCE = 1_000


class Browser(msgspec.Struct, frozen=True):
    """The browser that somebody signs in with.

    `agent` is its User-Agent, `client` its IP address. The others are from its cookies: `secret`
    is that of its session, `known` says who has signed in on it before, `asked` is the secret of
    the code that it asked for.
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


async def remember_browser(db: AsyncSession, person_id: int, browser: Browser) -> str:
    """Makes this browser known, for this person only; returns the value for its cookie."""
    if browser.known:
        here = KnownBrowser.token_hash == hash_token(browser.known)
        seen = update(KnownBrowser).where(here, KnownBrowser.person_id == person_id)
        again = seen.values(seen_at=func.statement_timestamp()).returning(KnownBrowser.person_id)
        if await db.scalar(again) is not None:
            return browser.known
        # It was known for somebody else. Deleted, so that two who share a browser do not fill
        # their lists with it.
        await db.execute(delete(KnownBrowser).where(here))
    token = secrets.token_urlsafe(32)
    await _tell_of_new(db, person_id, browser)
    db.add(
        KnownBrowser(
            token_hash=hash_token(token), person_id=person_id, seen_at=func.statement_timestamp()
        )
    )
    await db.flush()
    await _forget_beyond(db, person_id)
    return token


async def _tell_of_new(db: AsyncSession, person_id: int, browser: Browser) -> None:
    # The first one of an account is no news.
    others = select(KnownBrowser.person_id).where(KnownBrowser.person_id == person_id).limit(1)
    if await db.scalar(others) is not None:
        subject = Ref(Person, person_id)
        name = browser.agent[:200]
        await record(db, Kind.NEW_BROWSER_USED, None, subject=subject, browser=name)


async def forget_other_browsers(db: AsyncSession, person_id: int, browser: Browser) -> None:
    """Deletes the person's known browsers, except for this one."""
    others = KnownBrowser.token_hash != hash_token(browser.known or "")
    await db.execute(delete(KnownBrowser).where(KnownBrowser.person_id == person_id, others))


async def forget_old_browsers(db: AsyncSession) -> None:
    """Deletes browsers on which nobody signed in for a year, at most SWEPT_AT_ONCE of them."""
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
