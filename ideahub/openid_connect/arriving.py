"""Signs in somebody whom a provider knows: finds or makes their account, or has them prove that
one with their address is theirs."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.accounts.joining import NewAccount, add_person
from ideahub.accounts.models import Session
from ideahub.accounts.recognising import Browser
from ideahub.accounts.signing_in import SignedIn, find_by_address, sign_in_proved
from ideahub.core.events import Kind, record
from ideahub.core.hidden_names import is_hidden_name
from ideahub.core.i18n import _
from ideahub.core.locking import one_at_a_time
from ideahub.core.refusals import Invalid
from ideahub.core.site_keys import keys_of
from ideahub.openid_connect.claims import ProviderUser
from ideahub.openid_connect.group_roles import apply_groups
from ideahub.openid_connect.models import Identity, OpenIdProvider, OpenIdSession
from ideahub.organisations.models import Person

# What ID tokens are sealed for.
KEPT_TOKEN = "openid session"  # noqa: S105


class CannotSignIn(Invalid):
    """Somebody may not sign in through this provider, or did not."""

    status = 403


class Arrival(msgspec.Struct, frozen=True):
    """Somebody who came back from a provider, in a browser: who they are there, what the provider
    calls their session, and the ID token, by which they can sign out there."""

    provider: OpenIdProvider
    known: ProviderUser
    sid: str | None
    id_token: str
    browser: Browser
    secret: str
    next: str


class Arrived(msgspec.Struct, frozen=True):
    """They are signed in; `notice` says what they should know, if anything."""

    who: SignedIn
    notice: str
    is_new: bool


async def arrive(db: AsyncSession, arrival: Arrival) -> Arrived | None:
    """Signs them in; None where their address has an account, to which they have to sign in once as
    before, see connecting.py.

    Raises CannotSignIn where they are not known yet and the provider's word for their address is
    not enough; that is said whether or not the address has an account.
    """
    known, is_new = arrival.known, False
    # Two tabs that come back at once must not make two accounts.
    await one_at_a_time(db, f"openid {known.issuer} {known.subject}")
    identity = await _identity(db, known)
    if identity is None:
        if not known.email:
            raise _not_vouched(arrival.provider)
        if await find_by_address(db, known.email):
            return None
        identity, is_new = await _join(db, arrival.provider, known), True
    person = await db.get_one(Person, identity.person_id)
    who = await sign_in_proved(db, person, arrival.browser)
    notice = await take_over(db, arrival, identity, person)
    await note_session(db, arrival, identity, who.secret)
    return Arrived(msgspec.structs.replace(who, name=person.name), notice, is_new)


async def take_over(db: AsyncSession, arrival: Arrival, identity: Identity, person: Person) -> str:
    """Brings a person's name, address and language, and their roles from groups, up to what the
    provider says; returns a sentence for them, if there is something to say."""
    await db.execute(update(Identity).where(Identity.id == identity.id).values(seen_at=func.now()))
    changes = await _changes(db, person, arrival)
    if changes:
        for name, value in changes.items():
            setattr(person, name, value)
        await db.flush()
        told: Any = sorted(changes)
        await record(db, Kind.PERSON_CHANGED, person, subject=person, by_provider=told)
    return await apply_groups(db, arrival.provider, person.id, arrival.known.groups)


async def note_session(db: AsyncSession, arrival: Arrival, identity: Identity, secret: str) -> None:
    """Notes what the provider calls the session with this secret, so that it can end it."""
    session_id = await db.scalar(select(Session.id).where(Session.token_hash == hash_token(secret)))
    assert session_id is not None
    of = f"openid_session:{session_id}"
    sealed = keys_of(db).seal(KEPT_TOKEN, arrival.id_token.encode(), of=of)
    values = {
        "identity_id": identity.id,
        "provider_id": arrival.provider.id,
        "sid": arrival.sid,
        "browser_hash": hash_token(arrival.secret),
        "sealed_token": sealed,
    }
    row = insert(OpenIdSession).values(session_id=session_id, **values)
    await db.execute(row.on_conflict_do_update(index_elements=["session_id"], set_=values))


async def connect(
    db: AsyncSession, known: ProviderUser, person: Person, provider_id: int
) -> Identity:
    """Makes the person known by this issuer and subject from now on; the one that is there, where
    they are already."""
    added = insert(Identity).values(issuer=known.issuer, subject=known.subject, person_id=person.id)
    if await db.scalar(added.on_conflict_do_nothing().returning(Identity.id)) is not None:
        told: dict[str, Any] = {"issuer": known.issuer, "provider_id": provider_id}
        await record(db, Kind.IDENTITY_CONNECTED, person, subject=person, **told)
    identity = await _identity(db, known)
    assert identity is not None
    return identity


async def _join(db: AsyncSession, provider: OpenIdProvider, known: ProviderUser) -> Identity:
    newcomer = NewAccount(known.name or known.email.partition("@")[0])
    person = await add_person(db, newcomer, known.email, None)
    person.organisation_id = provider.organisation_id
    person.language = known.language
    await db.flush()
    return await connect(db, known, person, provider.id)


async def _identity(db: AsyncSession, known: ProviderUser) -> Identity | None:
    found: Identity | None = await db.scalar(
        select(Identity).where(Identity.issuer == known.issuer, Identity.subject == known.subject)
    )
    return found


async def _changes(db: AsyncSession, person: Person, arrival: Arrival) -> dict[str, Any]:
    """What the provider says otherwise than the account has it. An address of somebody else's
    account stays theirs; a language that the person chose stays, too."""
    known = arrival.known
    found: dict[str, Any] = {}
    if known.name and known.name != person.name and await _may_take(db, person, known.name):
        found["name"] = known.name
    if known.language and person.language is None:
        found["language"] = known.language
    if person.organisation_id is None:
        found["organisation_id"] = arrival.provider.organisation_id
    is_other = known.email.lower() not in {"", (person.email or "").lower()}
    if is_other and await find_by_address(db, known.email) is None:
        found["email"] = known.email
    return found


async def _may_take(db: AsyncSession, person: Person, name: str) -> bool:
    # As on their account page: not while they are suspended, and nothing that moderators hid.
    is_suspended = person.suspended_until and person.suspended_until > datetime.now(UTC)
    return not is_suspended and not await is_hidden_name(db, person.id, name)


def _not_vouched(provider: OpenIdProvider) -> CannotSignIn:
    return CannotSignIn(
        _(
            "%(name)s does not say that your mail address is verified and belongs to an "
            "organisation that signs in here. Sign in with your address and a code by mail, or ask "
            "whoever administers %(name)s.",
            name=provider.name,
        )
    )
