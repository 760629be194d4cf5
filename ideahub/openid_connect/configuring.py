"""Rules for admins: adding providers, changing them, and letting people sign in there or not."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import end_sessions
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.site_keys import keys_of
from ideahub.core.viewer import Role, Viewer
from ideahub.openid_connect.client_keys import keep_secret, make_key
from ideahub.openid_connect.models import GroupRole, OpenIdProvider, OpenIdSession
from ideahub.openid_connect.proofs import ProvesItselfBy
from ideahub.organisations.models import Organisation, Person
from ideahub.organisations.organising import find_organisation

WITH_SECRET = {ProvesItselfBy.BASIC, ProvesItselfBy.POST}
# What a secret was given for.
GIVEN_FOR = {"issuer", "client_id"}


class Settings(msgspec.Struct, frozen=True):
    """What an admin enters for a provider, but for the secret."""

    name: str
    issuer: str
    client_id: str
    proves_itself_by: str
    scopes: str
    acr_values: str
    groups_claim: str
    mail_domains: list[str]
    tenants: list[str]
    vouches_for_addresses: bool
    leaves_out_no_groups: bool


def settings_of(provider: OpenIdProvider) -> Settings:
    """What is stored of a provider."""
    names = Settings.__struct_fields__
    return Settings(**{name: getattr(provider, name) for name in names})


async def add_provider(
    db: AsyncSession, viewer: Viewer, organisation_id: int, settings: Settings
) -> OpenIdProvider:
    """Adds a provider, where nobody can sign in yet; the same one, where it is there already.

    Raises NotFound where the viewer is no admin of the organisation, and what `_check` raises.
    """
    organisation = await find_organisation(db, viewer, organisation_id)
    # The lock makes two presses of the button follow each other, so the second finds the first's.
    await locked(db, Person, viewer.person_id)
    await _check(db, viewer, organisation.id, settings)
    same = OpenIdProvider.issuer == settings.issuer, OpenIdProvider.client_id == settings.client_id
    here = OpenIdProvider.organisation_id == organisation.id
    found: OpenIdProvider | None = await db.scalar(select(OpenIdProvider).where(*same, here))
    if found is not None:
        return found
    made = OpenIdProvider(organisation_id=organisation.id, **msgspec.structs.asdict(settings))
    await _keep(db, viewer, made)
    await record(db, Kind.PROVIDER_ADDED, viewer, subject=made, issuer=made.issuer)
    return made


async def change_provider(
    db: AsyncSession, viewer: Viewer, provider: OpenIdProvider, settings: Settings
) -> bool:
    """Saves the settings; the event says which of them changed. With another issuer or client id
    the secret is forgotten, as it must not be sent elsewhere; returns whether that is so: then
    nobody can sign in there until the new one is entered.

    Raises what `_check` raises, and Forbidden where its groups give a role that the viewer could
    not grant: with another issuer they could give it to anybody.
    """
    await _check(db, viewer, provider.organisation_id, settings)
    await _must_hold_what_groups_give(db, viewer, provider)
    before = msgspec.structs.asdict(settings_of(provider))
    wanted = msgspec.structs.asdict(settings)
    changed = sorted(name for name in wanted if wanted[name] != before[name])
    if not changed:
        return False
    for name, value in wanted.items():
        setattr(provider, name, value)
    forgets = provider.sealed_secret is not None and not GIVEN_FOR.isdisjoint(changed)
    if forgets:
        provider.sealed_secret = None
    await _keep(db, viewer, provider)
    await record(db, Kind.PROVIDER_CHANGED, viewer, subject=provider, changed=changed)
    lacks_secret = forgets and provider.proves_itself_by in WITH_SECRET
    if lacks_secret:
        await disable_provider(db, viewer, provider)
    return lacks_secret


async def set_secret(
    db: AsyncSession, viewer: Viewer, provider: OpenIdProvider, secret: str
) -> None:
    """Seals the secret in the place of the one before; nobody sees it again. Raises Forbidden as
    `change_provider` does."""
    await _must_hold_what_groups_give(db, viewer, provider)
    keep_secret(keys_of(db), provider, secret)
    await _keep(db, viewer, provider)
    await record(db, Kind.PROVIDER_CHANGED, viewer, subject=provider, changed=["client_secret"])


async def enable_provider(db: AsyncSession, viewer: Viewer, provider: OpenIdProvider) -> None:
    """Shows the provider's button to everybody who signs in."""
    if provider.enabled_at is not None and provider.disabled_at is None:
        return
    if not provider.mail_domains:
        raise Conflict(_("First enter the mail domains whose addresses the provider may name."))
    if provider.proves_itself_by in WITH_SECRET and provider.sealed_secret is None:
        raise Conflict(_("First enter the secret that the provider gave for this site."))
    provider.enabled_at, provider.enabled_by = func.now(), viewer.person_id
    provider.disabled_at = provider.disabled_by = None
    await db.flush()
    await record(db, Kind.PROVIDER_ENABLED, viewer, subject=provider)


async def disable_provider(db: AsyncSession, viewer: Viewer, provider: OpenIdProvider) -> None:
    """Nobody can sign in there from now on, and sessions that began there end."""
    if provider.enabled_at is None or provider.disabled_at is not None:
        return
    provider.disabled_at, provider.disabled_by = func.now(), viewer.person_id
    await db.flush()
    begun = select(OpenIdSession.session_id).where(OpenIdSession.provider_id == provider.id)
    await end_sessions(db, (await db.scalars(begun)).all())
    await record(db, Kind.PROVIDER_DISABLED, viewer, subject=provider)


def check_endpoint(issuer: str, scopes: str) -> None:
    """Raises Invalid for an issuer or scopes that cannot be."""
    parts = urlsplit(issuer)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.query or parts.fragment:
        raise Invalid(
            _("Enter the provider's address, such as https://login.city.example/realms/staff."),
            field="issuer",
        )
    if "openid" not in scopes.split():
        raise Invalid(_("One of the scopes has to be openid."), field="scopes")


async def _keep(db: AsyncSession, viewer: Viewer, provider: OpenIdProvider) -> None:
    provider.changed_by, provider.changed_at = viewer.person_id, func.now()
    db.add(provider)
    await db.flush()
    if provider.proves_itself_by == ProvesItselfBy.PRIVATE_KEY:
        make_key(keys_of(db), provider)
    await db.flush()


async def _check(
    db: AsyncSession, viewer: Viewer, organisation_id: int, settings: Settings
) -> None:
    """Raises what `check_endpoint` raises, and Forbidden for mail domains that the viewer may not
    let a provider speak for."""
    check_endpoint(settings.issuer, settings.scopes)
    if viewer.holds(Role.ADMIN, None):
        return
    own = await _own_domains(db, viewer, organisation_id)
    others = [one for one in settings.mail_domains if not _is_below(one, own)]
    if others:
        raise Forbidden(
            _(
                "Only an administrator of the whole site can let a provider speak for "
                "%(domain)s, as it is not a verified domain of your organisation.",
                domain=others[0],
            ),
            field="mail_domains",
        )


async def _own_domains(db: AsyncSession, viewer: Viewer, organisation_id: int) -> set[str]:
    found = await db.scalar(
        select(Organisation.mail_domain).where(Organisation.id == organisation_id)
    )
    return {found.lower()} if found else set()


def _is_below(domain: str, own: Iterable[str]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in own)


async def _must_hold_what_groups_give(
    db: AsyncSession, viewer: Viewer, provider: OpenIdProvider
) -> None:
    given = select(GroupRole.organisation_id).where(
        GroupRole.provider_id == provider.id, GroupRole.removed_at.is_(None)
    )
    for organisation_id in (await db.scalars(given)).all():
        if not viewer.holds(Role.ADMIN, organisation_id):
            raise Forbidden(
                _(
                    "Groups of this provider give roles beyond your organisation. Only whoever "
                    "could grant those can change it."
                ),
                field="issuer",
            )
