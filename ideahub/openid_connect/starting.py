"""Begins sign-ins at a provider, and finds again those that come back: each once, in time, in the
browser where it began."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict, NotFound
from ideahub.openid_connect.exchanging import Request
from ideahub.openid_connect.models import OpenIdProvider, OpenIdSignIn, WaitingConnection

VALID = timedelta(minutes=10)
KEPT = timedelta(days=1)
SWEPT_AT_ONCE = 1_000
SHORTEST_SECRET = 40


def browser_secret(present: str | None) -> str:
    """The secret of a browser that signs in at providers: the one it has, else a new one."""
    if present and len(present) >= SHORTEST_SECRET:
        return present
    return secrets.token_urlsafe(32)


async def enabled_provider(db: AsyncSession, provider_id: int) -> OpenIdProvider:
    """The provider, if people may sign in there now; raises NotFound."""
    found = await db.get(OpenIdProvider, provider_id)
    if found is None or found.enabled_at is None or found.disabled_at is not None:
        raise NotFound
    return found


async def begin_sign_in(
    db: AsyncSession, provider: OpenIdProvider, secret: str, next_url: str
) -> Request:
    """Notes that this browser goes to sign in at the provider, and returns the request."""
    request = Request(secrets.token_urlsafe(32), secret)
    db.add(
        OpenIdSignIn(
            state_hash=hash_token(request.state),
            browser_hash=hash_token(secret),
            provider_id=provider.id,
            next=next_url,
            expires_at=func.statement_timestamp() + VALID,
        )
    )
    await db.flush()
    return request


async def take_sign_in(
    database: Database, provider_id: int, state: str, secret: str | None
) -> tuple[OpenIdProvider, Request, str]:
    """Uses up the sign-in with this state; returns its provider, its request, and the page to go
    to afterwards. Raises Conflict where it is not this browser's, was used or is too old."""
    async with database.transaction() as db:
        next_url = await db.scalar(
            update(OpenIdSignIn)
            .where(
                OpenIdSignIn.state_hash == hash_token(state),
                OpenIdSignIn.browser_hash == hash_token(secret or ""),
                OpenIdSignIn.provider_id == provider_id,
                OpenIdSignIn.used_at.is_(None),
                OpenIdSignIn.expires_at > func.statement_timestamp(),
            )
            .values(used_at=func.statement_timestamp())
            .returning(OpenIdSignIn.next)
        )
        if next_url is None or not secret:
            raise sign_in_gone()
        provider = await enabled_provider(db, provider_id)
    return provider, Request(state, secret), next_url


def sign_in_gone() -> Conflict:
    """The refusal of an answer that belongs to no sign-in under way in this browser."""
    return Conflict(
        _(
            "This sign-in was finished already, began more than ten minutes ago, or began in "
            "another browser. Nothing was done; begin it again here."
        )
    )


async def forget_sign_ins(db: AsyncSession) -> None:
    """Deletes what ended longer than a day ago, at most SWEPT_AT_ONCE of each."""
    for table in (OpenIdSignIn, WaitingConnection):
        past = table.expires_at < func.now() - KEPT
        old = select(table.id).where(past).order_by(table.expires_at).limit(SWEPT_AT_ONCE)
        await db.execute(delete(table).where(table.id.in_(old)))
