"""The page of one provider, which several forms stand on."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role, Viewer
from ideahub.http.forms import Form, blank
from ideahub.http.pages import AnyRequest, page
from ideahub.http.requests import config_of
from ideahub.openid_connect.addresses import addresses_of
from ideahub.openid_connect.configuring import WITH_SECRET
from ideahub.openid_connect.labels import proofs
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.queries import find_group_roles
from ideahub.openid_connect.web.forms import GroupRoleForm, ProviderForm, SecretForm
from ideahub.organisations.labels import OFFERED_ROLES, role_deeds, role_name
from ideahub.organisations.organising import find_organisations

# What the page says of the roles that groups give.
ROLES: dict[str, Any] = {
    "roles": OFFERED_ROLES,
    "role_name": role_name,
    "role_deeds": role_deeds,
    "Role": Role,
}


async def one_provider(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    provider: OpenIdProvider,
    form: Form[ProviderForm],
    *,
    secret_form: Form[SecretForm] | None = None,
    group_form: Form[GroupRoleForm] | None = None,
    trial: str | None = None,
    from_draft: bool = False,
    group_from_draft: bool = False,
) -> Response[Any]:
    """The page; `trial` is what is wrong with the provider, empty where it was tried and all is
    well."""
    secret_form = secret_form or blank(SecretForm)
    group_form = group_form or blank(GroupRoleForm)
    bad = next((one.status for one in (form, secret_form, group_form) if not one.ok), 200)
    return page(
        request,
        viewer,
        "openid_connect/provider.html",
        status=bad,
        provider=provider,
        form=form,
        secret_form=secret_form,
        group_form=group_form,
        group_key=draft_of_group(provider.id),
        group_restored=group_from_draft,
        trial=trial,
        restored=from_draft,
        proofs=proofs(),
        groups=await find_group_roles(db, provider.id),
        places=await find_organisations(db, viewer),
        addresses=addresses_of(config_of(request), provider),
        **_state_of(provider),
        **ROLES,
    )


def _state_of(provider: OpenIdProvider) -> dict[str, Any]:
    """Whether it is offered, and whether it has and takes a secret."""
    return {
        "enabled": provider.enabled_at is not None and provider.disabled_at is None,
        "has_secret": provider.sealed_secret is not None,
        "takes_secret": provider.proves_itself_by in WITH_SECRET,
    }


def draft_of_group(provider_id: int) -> str:
    """The name among drafts of the form that adds a group of the provider."""
    return f"provider-{provider_id}-group"
