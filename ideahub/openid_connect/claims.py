"""What a provider says of somebody: read from its claims, bounded, and checked as if typed."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ideahub.core import lengths
from ideahub.core.languages import offered
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import clean_line
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.organisations.addresses import clean_address, domain_of

MOST_GROUPS = 5_000
NO_GROUPS: frozenset[str] = frozenset()


class Groups(msgspec.Struct, frozen=True):
    """The groups that somebody is in: `named` is None where the provider does not say; `too_many`
    where it says that they are too many to be told."""

    named: frozenset[str] | None
    too_many: bool = False


class ProviderUser(msgspec.Struct, frozen=True):
    """Somebody as a provider knows them. `email` is empty unless it may be trusted: verified, and
    at a domain that the provider may speak for."""

    issuer: str
    subject: str
    name: str
    email: str
    language: str | None
    groups: Groups


def known_by(provider: OpenIdProvider, claims: Mapping[str, Any]) -> ProviderUser:
    """Who somebody is by these claims, which were checked."""
    return ProviderUser(
        issuer=claims["iss"],
        subject=claims["sub"],
        name=_name(claims),
        email=_trusted_address(provider, claims),
        language=_language(claims),
        groups=groups_in(
            claims,
            provider.groups_claim,
            without=NO_GROUPS if provider.leaves_out_no_groups else None,
        ),
    )


def groups_in(
    claims: Mapping[str, Any], name: str, without: frozenset[str] | None = None
) -> Groups:
    """The groups in the claim of this name, or on this path, such as `realm_access.roles`; those of
    `without` where the claim is left out."""
    elsewhere = claims.get("_claim_names")
    if (isinstance(elsewhere, dict) and name in elsewhere) or claims.get("hasgroups") is True:
        return Groups(None, too_many=True)
    found: Any = claims.get(name)
    if found is None and "." in name:
        found = claims
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if found is None:
        return Groups(without)
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list) or len(found) > MOST_GROUPS:
        return Groups(None)
    return Groups(frozenset(one for one in found if isinstance(one, str)))


def may_speak_for(provider: OpenIdProvider, address: str) -> bool:
    """Whether the address is at a domain that the provider is allowed to speak for."""
    domain = domain_of(address)
    return any(domain == one or domain.endswith(f".{one}") for one in provider.mail_domains)


def _trusted_address(provider: OpenIdProvider, claims: Mapping[str, Any]) -> str:
    said = claims.get("email")
    verified = claims.get("email_verified") in (True, "true")
    vouched = provider.vouches_for_addresses and "email_verified" not in claims
    if not isinstance(said, str) or not (verified or vouched):
        return ""
    try:
        address = clean_address(said)
    except Invalid:
        return ""
    return address if may_speak_for(provider, address) else ""


def _name(claims: Mapping[str, Any]) -> str:
    parts = " ".join(str(claims.get(one, "")) for one in ("given_name", "family_name"))
    said = [claims.get("name"), parts, claims.get("preferred_username"), claims.get("email")]
    names = (clean_line(one[:1_000]) for one in said if isinstance(one, str))
    return next((name[: lengths.PERSON_NAME] for name in names if name), "")


def _language(claims: Mapping[str, Any]) -> str | None:
    said = claims.get("locale")
    code = said.replace("_", "-") if isinstance(said, str) else ""
    return next((one for one in (code, code.partition("-")[0]) if one in offered()), None)
