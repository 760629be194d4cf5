"""The forms of admins for providers of sign-ins."""

from dataclasses import dataclass
from typing import Any

from ideahub.core import lengths
from ideahub.core.viewer import Role
from ideahub.http.forms import (
    Form,
    checkbox,
    choice,
    line,
    separated,
)
from ideahub.openid_connect.configuring import Settings
from ideahub.openid_connect.proofs import ProvesItselfBy
from ideahub.organisations.addresses import clean_domain

MOST_LISTED = 50
MOST_LISTED_TEXT = 5_000
SCOPES = "openid profile email"
GROUPS = "groups"


def _listed(typed: str) -> list[str]:
    return list(dict.fromkeys(typed.replace(",", " ").split()))


def _domains(typed: str) -> list[str]:
    return list(dict.fromkeys(clean_domain(one) for one in _listed(typed)))


@dataclass
class ProviderForm:
    """What an admin enters for a provider; `seen` is the fingerprint of it when it was opened."""

    organisation_id: str = line(18)
    name: str = line(lengths.PROVIDER_NAME, required=True)
    issuer: str = line(lengths.LINK, required=True)
    client_id: str = line(lengths.CLIENT_ID, required=True)
    proves_itself_by: ProvesItselfBy | None = choice(ProvesItselfBy, required=True)
    scopes: str = line(lengths.SCOPES, required=True)
    acr_values: str = line(lengths.SCOPES)
    mail_domains: list[str] = separated(_domains, MOST_LISTED_TEXT)
    tenants: list[str] = separated(_listed, MOST_LISTED_TEXT)
    vouches: bool = checkbox()
    groups_claim: str = line(lengths.CLAIM_NAME)
    leaves_out_no_groups: bool = checkbox()
    seen: str = line(40)


@dataclass
class SecretForm:
    """The secret that the provider gave for this site."""

    client_secret: str = line(lengths.CLIENT_SECRET, required=True)


@dataclass
class GroupRoleForm:
    """A group at the provider, and the role that its members get, somewhere or EVERYWHERE."""

    group: str = line(lengths.GROUP_NAME, required=True)
    role: Role | None = choice(Role, required=True)
    place: str = line(20, required=True)


def settings_in(form: Form[ProviderForm]) -> Settings:
    """What was entered; only for a form without errors."""
    values = form.values
    return Settings(
        name=values.name,
        issuer=values.issuer,
        client_id=values.client_id,
        proves_itself_by=str(values.proves_itself_by),
        scopes=" ".join(values.scopes.split()),
        acr_values=" ".join(values.acr_values.split()),
        groups_claim=values.groups_claim or GROUPS,
        mail_domains=values.mail_domains or [],
        tenants=values.tenants or [],
        vouches_for_addresses=values.vouches,
        leaves_out_no_groups=values.leaves_out_no_groups,
    )


def shown_settings(settings: Settings) -> dict[str, Any]:
    """The same as the form's fields."""
    return {
        "name": settings.name,
        "issuer": settings.issuer,
        "client_id": settings.client_id,
        "proves_itself_by": ProvesItselfBy(settings.proves_itself_by),
        "scopes": settings.scopes,
        "acr_values": settings.acr_values,
        "mail_domains": settings.mail_domains,
        "tenants": settings.tenants,
        "vouches": settings.vouches_for_addresses,
        "groups_claim": settings.groups_claim,
        "leaves_out_no_groups": settings.leaves_out_no_groups,
    }
