"""Connects somebody whom a provider knows with the account that their address has here, once they
have signed in to it as before: so whoever administers the provider cannot take over accounts."""

import secrets
from datetime import timedelta

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.recognising import Browser
from ideahub.core.i18n import _
from ideahub.core.locking import one_at_a_time
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.site_keys import CannotUnseal, SiteKeys, keys_of
from ideahub.core.viewer import Viewer
from ideahub.openid_connect.arriving import Arrival, connect, note_session, take_over
from ideahub.openid_connect.claims import ProviderUser
from ideahub.openid_connect.models import WaitingConnection
from ideahub.openid_connect.starting import enabled_provider
from ideahub.organisations.models import Person

VALID = timedelta(minutes=30)
PURPOSE = "openid connection"


class PendingConnection(msgspec.Struct, frozen=True):
    """Who waits to be connected, at which provider, and the page to go to afterwards."""

    provider_id: int
    known: ProviderUser
    sid: str | None
    id_token: str
    next: str


async def keep_waiting(db: AsyncSession, arrival: Arrival) -> str:
    """Keeps who came back from the provider until they have signed in as before; returns the token
    for the browser's cookie."""
    token = secrets.token_urlsafe(32)
    waiting = PendingConnection(
        arrival.provider.id, arrival.known, arrival.sid, arrival.id_token, arrival.next
    )
    sealed = keys_of(db).seal(PURPOSE, msgspec.json.encode(waiting), of=_of(token))
    db.add(
        WaitingConnection(
            token_hash=hash_token(token),
            provider_id=arrival.provider.id,
            sealed=sealed,
            expires_at=func.statement_timestamp() + VALID,
        )
    )
    await db.flush()
    return token


async def find_waiting(
    db: AsyncSession, keys: SiteKeys, token: str | None
) -> PendingConnection | None:
    """Who waits with this token; None where nobody does (any more)."""
    sealed = await db.scalar(
        select(WaitingConnection.sealed).where(
            WaitingConnection.token_hash == hash_token(token or ""),
            WaitingConnection.used_at.is_(None),
            WaitingConnection.expires_at > func.statement_timestamp(),
        )
    )
    if sealed is None:
        return None
    try:
        opened = keys.unseal(PURPOSE, sealed, of=_of(token or ""))
    except CannotUnseal:
        return None
    return msgspec.json.decode(opened, type=PendingConnection)


def is_theirs(waiting: PendingConnection, email: str | None) -> bool:
    """Whether it is the account with the address that the provider says."""
    return waiting.known.email.lower() == (email or "").lower()


async def confirm_connection(
    db: AsyncSession, viewer: Viewer, token: str | None, browser: Browser, secret: str
) -> tuple[PendingConnection, str]:
    """Connects the viewer's account with who waits, in the session that they have; returns a
    sentence for them as well, if there is something to say.

    Raises NotFound where nobody waits (any more), Conflict where they are signed in to an account
    with another address, or the provider's person was connected with another one meanwhile.
    """
    if (waiting := await find_waiting(db, keys_of(db), token)) is None:
        raise NotFound
    person = await db.get_one(Person, viewer.person_id)
    if not is_theirs(waiting, person.email):
        raise Conflict(
            _(
                "You are signed in with another address than %(address)s. Sign out, and sign in "
                "with that one.",
                address=waiting.known.email,
            )
        )
    provider = await enabled_provider(db, waiting.provider_id)
    await one_at_a_time(db, f"openid {waiting.known.issuer} {waiting.known.subject}")
    identity = await connect(db, waiting.known, person, provider.id)
    if identity.person_id != person.id:
        raise Conflict(_("This account at the provider is connected with another account here."))
    await _use_up(db, token)
    arrival = Arrival(
        provider, waiting.known, waiting.sid, waiting.id_token, browser, secret, waiting.next
    )
    notice = await take_over(db, arrival, identity, person)
    await note_session(db, arrival, identity, browser.secret or "")
    return waiting, notice


async def _use_up(db: AsyncSession, token: str | None) -> None:
    used = update(WaitingConnection).where(WaitingConnection.token_hash == hash_token(token or ""))
    await db.execute(used.values(used_at=func.statement_timestamp()))


def _of(token: str) -> str:
    return f"openid_connection:{hash_token(token).hex()}"
