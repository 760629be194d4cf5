"""Signing out together: a provider ends sessions here, and people who sign out here can do so at
the provider as well."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.models import Session
from ideahub.accounts.session_limits import ends_at
from ideahub.accounts.sessions import end_sessions
from ideahub.core.config import Config
from ideahub.core.locking import held
from ideahub.core.site_keys import CannotUnseal, SiteKeys
from ideahub.openid_connect.arriving import KEPT_TOKEN
from ideahub.openid_connect.discovery import directory_of
from ideahub.openid_connect.fetching import ProviderUnusable
from ideahub.openid_connect.models import (
    Identity,
    OpenIdProvider,
    OpenIdSession,
    SeenLogoutToken,
)
from ideahub.openid_connect.tokens import LOGOUT_SECONDS, SKEW, Untrusted
from ideahub.organisations.models import Person

# How long after signing out here one is asked whether to sign out at the provider.
OFFERED = timedelta(minutes=10)
REMEMBERED = timedelta(seconds=LOGOUT_SECONDS + 3 * SKEW)
SWEPT_AT_ONCE = 1_000
# login.gov and its sandbox answer with an error page where the ID token is sent along
# (https://developers.login.gov/oidc/logout names what they take).
REFUSE_ID_TOKEN = ("login.gov", "identitysandbox.gov")


class EndedSession(msgspec.Struct, frozen=True):
    """A session that has just ended here, and may go on at the provider."""

    provider: OpenIdProvider
    id_token: str


async def end_sessions_at(
    db: AsyncSession, provider: OpenIdProvider, claims: dict[str, Any]
) -> None:
    """Ends the sessions that a checked logout token names: the one with its `sid`, else all of its
    subject. Raises Untrusted where the token was used before."""
    await _must_be_new(db, provider, claims["jti"])
    of = select(OpenIdSession.session_id).where(OpenIdSession.provider_id == provider.id)
    if "sid" in claims:
        of = of.where(OpenIdSession.sid == claims["sid"])
    if "sub" in claims:
        of = of.join(Identity, Identity.id == OpenIdSession.identity_id).where(
            Identity.issuer == claims["iss"], Identity.subject == claims["sub"]
        )
    await end_sessions(db, (await db.scalars(of)).all())


async def has_just_ended(db: AsyncSession, secret: str | None) -> bool:
    """Whether a session that was begun at a provider ended within minutes in the browser with this
    secret, and its ID token was not handed out yet."""
    first = _just_ended(secret).with_only_columns(OpenIdSession.session_id).limit(1)
    return await db.scalar(first) is not None


async def take_ended(db: AsyncSession, keys: SiteKeys, secret: str | None) -> EndedSession | None:
    """The last session of which `has_just_ended` speaks, with its ID token: once, so that whoever
    uses this browser next gets neither this token nor one of a session before."""
    found = (await db.execute(held(_just_ended(secret), of=OpenIdSession))).all()
    if not found:
        return None
    last, provider = found[0]
    sealed, of = last.sealed_token, f"openid_session:{last.session_id}"
    for ended, _provider in found:
        ended.sealed_token = None
    await db.flush()
    try:
        return EndedSession(provider, keys.unseal(KEPT_TOKEN, sealed, of=of).decode())
    except CannotUnseal:
        return None


def _just_ended(secret: str | None) -> Any:
    return (
        select(OpenIdSession, OpenIdProvider)
        .join(Session, Session.id == OpenIdSession.session_id)
        .join(OpenIdProvider, OpenIdProvider.id == OpenIdSession.provider_id)
        .where(
            OpenIdSession.browser_hash == hash_token(secret or ""),
            OpenIdSession.sealed_token.is_not(None),
            Session.ended_at > func.now() - OFFERED,
        )
        .order_by(Session.ended_at.desc())
    )


async def forget_id_tokens(db: AsyncSession) -> None:
    """Deletes the ID tokens of sessions that ended too long ago to sign out at the provider, or
    ended by themselves; at most SWEPT_AT_ONCE of them."""
    too_late = Session.ended_at < func.now() - OFFERED
    past = and_(Session.ended_at.is_(None), ends_at() < func.now())
    old = (
        select(OpenIdSession.session_id)
        .join(Session, Session.id == OpenIdSession.session_id)
        .join(Person, Person.id == Session.person_id)
        .where(OpenIdSession.sealed_token.is_not(None), or_(too_late, past))
        .limit(SWEPT_AT_ONCE)
    )
    emptied = update(OpenIdSession).where(OpenIdSession.session_id.in_(old))
    await db.execute(emptied.values(sealed_token=None).execution_options(synchronize_session=False))


async def address_to_sign_out(config: Config, ended: EndedSession) -> str:
    """The provider's page to sign out (RP-Initiated Logout 1.0); empty where it has none, or does
    not answer."""
    # Imported late: not every site has a provider.
    import httpx

    try:
        metadata = await directory_of(config).metadata(ended.provider.issuer)
    except ProviderUnusable:
        return ""
    if not metadata.end_session_endpoint:
        return ""
    asked = {
        "client_id": ended.provider.client_id,
        "post_logout_redirect_uri": f"{config.public_url}/",
    }
    address = httpx.URL(metadata.end_session_endpoint)
    if not _refuses_id_token(address.host):
        asked["id_token_hint"] = ended.id_token
    return str(address.copy_merge_params(asked))


def _refuses_id_token(host: str) -> bool:
    return any(f".{host}".endswith(f".{domain}") for domain in REFUSE_ID_TOKEN)


async def forget_logout_tokens(db: AsyncSession) -> None:
    """Deletes tokens that would be too old by now anyway, at most SWEPT_AT_ONCE of them."""
    old = (
        select(SeenLogoutToken.jti)
        .where(SeenLogoutToken.expires_at < func.now())
        .order_by(SeenLogoutToken.expires_at)
        .limit(SWEPT_AT_ONCE)
    )
    past = SeenLogoutToken.expires_at < func.now()
    await db.execute(delete(SeenLogoutToken).where(SeenLogoutToken.jti.in_(old), past))


async def _must_be_new(db: AsyncSession, provider: OpenIdProvider, jti: str) -> None:
    row = insert(SeenLogoutToken).values(
        provider_id=provider.id, jti=jti, expires_at=datetime.now(UTC) + REMEMBERED
    )
    seen = await db.scalar(row.on_conflict_do_nothing().returning(SeenLogoutToken.jti))
    if seen is None:
        raise Untrusted("jti")
