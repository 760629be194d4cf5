"""Adds the provider that an operator names in the settings, so that staff can sign in at work from
the first day of a new site on. Whatever comes later is changed on its page."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import lengths
from ideahub.core.config import Misconfigured
from ideahub.core.events import Kind, record
from ideahub.core.first_provider import FirstProvider
from ideahub.core.locking import one_at_a_time
from ideahub.core.refusals import Invalid
from ideahub.core.site_keys import keys_of
from ideahub.openid_connect.client_keys import keep_secret, make_key
from ideahub.openid_connect.configuring import check_endpoint, leaves_out_no_groups
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.proofs import ProvesItselfBy
from ideahub.organisations.addresses import clean_domain
from ideahub.organisations.models import Organisation

SCOPES, GROUPS = "openid profile email", "groups"
LONGEST = {
    "name": lengths.PROVIDER_NAME,
    "issuer": lengths.LINK,
    "client_id": lengths.CLIENT_ID,
    "client_secret": lengths.CLIENT_SECRET,
    "organisation": lengths.ORGANISATION_NAME,
}


async def add_first_provider(db: AsyncSession, given: FirstProvider) -> OpenIdProvider | None:
    """Adds and offers the provider, where the site has none yet, and its organisation, where there
    is none of that name; None where the site has had one. Raises Misconfigured for settings that
    cannot be used."""
    # Two machines that start at once must not add two.
    await one_at_a_time(db, "first provider")
    if await db.scalar(select(OpenIdProvider.id).limit(1)) is not None:
        return None
    domains = _checked(given)
    way = ProvesItselfBy.BASIC if given.client_secret else ProvesItselfBy.PRIVATE_KEY
    made = OpenIdProvider(
        organisation_id=await _organisation(db, given.organisation),
        name=given.name,
        issuer=given.issuer,
        client_id=given.client_id,
        proves_itself_by=way,
        scopes=SCOPES,
        groups_claim=GROUPS,
        mail_domains=domains,
        leaves_out_no_groups=leaves_out_no_groups(given.issuer),
        enabled_at=func.now(),
    )
    db.add(made)
    await db.flush()
    if given.client_secret:
        keep_secret(keys_of(db), made, given.client_secret)
    else:
        make_key(keys_of(db), made)
    await record(db, Kind.PROVIDER_ADDED, None, subject=made, issuer=made.issuer)
    await record(db, Kind.PROVIDER_ENABLED, None, subject=made)
    return made


def _checked(given: FirstProvider) -> list[str]:
    """The mail domains as they are compared."""
    for name, most in LONGEST.items():
        if len(getattr(given, name)) > most:
            raise Misconfigured(f"IDEAHUB_OPENID_{name.upper()} has more than {most} characters")
    try:
        check_endpoint(given.issuer, SCOPES)
        return [clean_domain(one) for one in given.mail_domains.replace(",", " ").split()]
    except Invalid as refused:
        which = "ISSUER" if "issuer" in refused.errors else "MAIL_DOMAINS"
        raise Misconfigured(f"IDEAHUB_OPENID_{which}: {refused.reason}") from None


async def _organisation(db: AsyncSession, name: str) -> int:
    named = select(Organisation.id).where(Organisation.name == name).order_by(Organisation.id)
    found: int | None = await db.scalar(named.limit(1))
    if found is not None:
        return found
    made = Organisation(name=name)
    db.add(made)
    await db.flush()
    await record(db, Kind.ORGANISATION_CHANGED, None, subject=made)
    return made.id
