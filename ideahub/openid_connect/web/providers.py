"""Handlers for admins: the providers where staff sign in."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft, find_drafts
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import N_, _, sentences
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, prefilled, read_form, restored, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.overtaken import refuse_overtaken
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.openid_connect.configuring import (
    Settings,
    add_provider,
    change_provider,
    settings_of,
)
from ideahub.openid_connect.labels import proofs
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.queries import find_provider, find_providers
from ideahub.openid_connect.web.forms import (
    GROUPS,
    SCOPES,
    GroupRoleForm,
    ProviderForm,
    settings_in,
    shown_settings,
)
from ideahub.openid_connect.web.one_provider import draft_of_group, one_provider
from ideahub.organisations.granting import must_admin
from ideahub.organisations.organising import find_organisations

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
LIST = "/identity-providers"
# The name of the form for a new one among drafts.
NEW = "provider-new"
FORGOTTEN = N_(
    "The secret was given for another issuer or client id, and is forgotten: enter the new one, "
    "try the provider, and offer it again."
)
OVERTAKEN = N_(
    "Somebody else changed this after you opened it. It reads now: %(words)s. If you save again, "
    "yours replaces it."
)


@get(LIST)
async def providers(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The page of the providers of the viewer's organisations, which explains what they are."""
    must_admin(viewer)
    found = await find_providers(db, viewer)
    return page(request, viewer, "openid_connect/providers.html", providers=found)


@get(f"{LIST}/new")
async def new_provider(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The page for adding a provider."""
    must_admin(viewer)
    draft = await find_draft(db, viewer, NEW)
    form = (
        restored(ProviderForm, draft)
        if draft
        else blank(
            ProviderForm,
            scopes=SCOPES,
            groups_claim=GROUPS,
            proves_itself_by="client_secret_basic",
        )
    )
    return await _new(request, db, viewer, form, from_draft=bool(draft))


@post(LIST, opt=NEEDS_PROOF)
async def add(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Adds a provider; the form again where it is refused."""
    must_admin(viewer)
    form = await _sent(request)
    place = form.values.organisation_id
    if not place.isdecimal():
        form.errors["organisation_id"] = _("Choose whose staff sign in there.")
    if form.ok:
        async with form.attempt(db):
            made = await add_provider(db, viewer, int(place), settings_in(form))
    if not form.ok:
        return await _new(request, db, viewer, form)
    await discard_draft(db, viewer, NEW)
    return see_other(
        f"{LIST}/{made.id}", _("%(name)s is added. Nobody can sign in there yet.", name=made.name)
    )


@get(f"{LIST}/{{provider_id:int}}")
async def provider(
    request: AnyRequest, db: Db, viewer: CurrentViewer, provider_id: FromPath[int]
) -> Response[Any]:
    """The page of a provider: its settings, whether it is offered, and which groups give roles."""
    must_admin(viewer)
    found = await find_provider(db, viewer, provider_id)
    key, group_key = draft_of_provider(found.id), draft_of_group(found.id)
    drafts = await find_drafts(db, viewer, [key, group_key])
    draft, group_draft = drafts.get(key), drafts.get(group_key)
    return await one_provider(
        request,
        db,
        viewer,
        found,
        restored(ProviderForm, draft) if draft else opened(found),
        group_form=restored(GroupRoleForm, group_draft),
        from_draft=bool(draft),
        group_from_draft=bool(group_draft),
    )


@post(f"{LIST}/{{provider_id:int}}", opt=NEEDS_PROOF)
async def change(
    request: AnyRequest, db: Db, viewer: CurrentViewer, provider_id: FromPath[int]
) -> Response[Any]:
    """Saves a provider's settings; the form again where it is refused."""
    must_admin(viewer)
    # Locked, so that of two who send it at once the second is told of the first.
    found = await find_provider(db, viewer, provider_id, lock=True)
    form = await _sent(request)
    refuse_overtaken(form, _compared(settings_of(found)), OVERTAKEN)
    told = ""
    if form.ok:
        async with form.attempt(db):
            told = (
                _(FORGOTTEN)
                if await change_provider(db, viewer, found, settings_in(form))
                else told
            )
    if not form.ok:
        return await one_provider(request, db, viewer, found, form)
    await discard_draft(db, viewer, draft_of_provider(found.id))
    return see_other(f"{LIST}/{found.id}", sentences(_("Saved."), told))


def opened(found: OpenIdProvider) -> Form[ProviderForm]:
    """The form with what is stored of a provider."""
    shown = settings_of(found)
    seen = fingerprint(_compared(shown).values())
    return prefilled(
        ProviderForm(organisation_id=str(found.organisation_id), **shown_settings(shown), seen=seen)
    )


def draft_of_provider(provider_id: int) -> str:
    """The name of the provider's form among drafts."""
    return f"provider-{provider_id}"


def _compared(shown: Settings) -> dict[str, Any]:
    fields = shown_settings(shown)
    return {name: fields[name] for name in ("name", "issuer", "client_id", "scopes")}


async def _sent(request: AnyRequest) -> Form[ProviderForm]:
    form = await read_form(request, ProviderForm)
    say_what_is_missing(
        form,
        name=_("Enter what the button says."),
        issuer=_("Enter the issuer."),
        client_id=_("Enter the client id that the provider gave."),
        proves_itself_by=_("Choose how this site proves itself."),
        scopes=_("Enter the scopes; openid has to be among them."),
    )
    return form


async def _new(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    form: Form[ProviderForm],
    *,
    from_draft: bool = False,
) -> Response[Any]:
    return page(
        request,
        viewer,
        "openid_connect/new_provider.html",
        status=form.status,
        form=form,
        restored=from_draft,
        places=await find_organisations(db, viewer),
        proofs=proofs(),
    )


ROUTES: list[ControllerRouterHandler] = [providers, new_provider, add, provider, change]
