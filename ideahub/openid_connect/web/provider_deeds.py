"""Handlers for the further forms on a provider's page: trying it, its secret, whether it is
offered, and which groups give roles."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import button_form, read_form, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.receiving import sent_form
from ideahub.http.requests import config_of, database_of, viewer_for_deed
from ideahub.openid_connect.configuring import disable_provider, enable_provider, set_secret
from ideahub.openid_connect.group_roles import add_group_role, remove_group_role
from ideahub.openid_connect.queries import find_provider
from ideahub.openid_connect.trying import try_provider
from ideahub.openid_connect.web.forms import GroupRoleForm, SecretForm
from ideahub.openid_connect.web.one_provider import draft_of_group, one_provider
from ideahub.openid_connect.web.providers import LIST, opened
from ideahub.organisations.granting import must_admin
from ideahub.organisations.labels import OFFERED_ROLES
from ideahub.organisations.organising import find_organisations
from ideahub.organisations.web.people import EVERYWHERE

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ONE = f"{LIST}/{{provider_id:int}}"


@post(f"{ONE}/trial", status_code=200)
async def try_it(request: AnyRequest, provider_id: FromPath[int]) -> Response[Any]:
    """Tries whether people could sign in at the provider; the page again, with what is wrong. No
    connection to the database waits for the provider."""
    viewer = await viewer_for_deed(request)
    must_admin(viewer)
    async with database_of(request).reading() as db:
        found = await find_provider(db, viewer, provider_id)
    wrong = await try_provider(config_of(request), request.app.state.site_keys, found)
    async with database_of(request).reading() as db:
        return await one_provider(request, db, viewer, found, opened(found), trial=wrong)


@post(f"{ONE}/secret", opt=NEEDS_PROOF)
async def keep_secret(
    request: AnyRequest, db: Db, viewer: CurrentViewer, provider_id: FromPath[int]
) -> Response[Any]:
    """Keeps the secret that the provider gave; it is never shown again."""
    must_admin(viewer)
    found = await find_provider(db, viewer, provider_id, lock=True)
    form = await read_form(request, SecretForm)
    say_what_is_missing(form, client_secret=_("Enter the secret that the provider gave."))
    if form.ok:
        async with form.attempt(db, "client_secret"):
            await set_secret(db, viewer, found, form.values.client_secret)
    if not form.ok:
        return await one_provider(request, db, viewer, found, opened(found), secret_form=form)
    return see_other(f"{LIST}/{found.id}", _("The secret is kept. Nobody sees it again."))


@post(f"{ONE}/availability", opt=NEEDS_PROOF)
async def change_availability(
    request: AnyRequest, db: Db, viewer: CurrentViewer, provider_id: FromPath[int]
) -> Response[Any]:
    """Lets people sign in at the provider, or no longer, as the button says."""
    must_admin(viewer)
    found = await find_provider(db, viewer, provider_id, lock=True)
    url, form = f"{LIST}/{found.id}", button_form()
    if sent_form(request).get("available") != "yes":
        await disable_provider(db, viewer, found)
        return see_other(
            url, _("Nobody can sign in there any more, and sessions that began there have ended.")
        )
    async with form.attempt(db, "available"):
        await enable_provider(db, viewer, found)
    if not form.ok:
        return see_other(url, form.error("available"), done=False)
    return see_other(url, _("Its button is on the page to sign in now."))


@post(f"{ONE}/groups", opt=NEEDS_PROOF)
async def add_group(
    request: AnyRequest, db: Db, viewer: CurrentViewer, provider_id: FromPath[int]
) -> Response[Any]:
    """Gives members of a group a role from their next sign-in on."""
    must_admin(viewer)
    found = await find_provider(db, viewer, provider_id)
    form = await read_form(request, GroupRoleForm)
    no_place = _("Choose where the role holds.")
    say_what_is_missing(
        form,
        group=_("Enter the group as the provider names it."),
        role=_("Choose a role."),
        place=no_place,
    )
    values = form.values
    if values.role and values.role not in OFFERED_ROLES:
        form.errors["role"] = _("Choose one of the options.")
    known = {str(organisation.id) for organisation in await find_organisations(db, viewer)}
    if values.place and values.place not in {EVERYWHERE, *known}:
        form.errors["place"] = no_place
    if form.ok and values.role:
        where = None if values.place == EVERYWHERE else int(values.place)
        async with form.attempt(db, "place"):
            await add_group_role(db, viewer, found, values.group, values.role, where)
    if not form.ok:
        return await one_provider(request, db, viewer, found, opened(found), group_form=form)
    await discard_draft(db, viewer, draft_of_group(found.id))
    said = _("Members of the group get the role when they next sign in.")
    return see_other(f"{LIST}/{found.id}", said)


@post(f"{ONE}/groups/{{group_id:int}}/removal", opt=NEEDS_PROOF)
async def remove_group(
    db: Db, viewer: CurrentViewer, provider_id: FromPath[int], group_id: FromPath[int]
) -> Response[Any]:
    """A group gives its role no longer, and whoever has it from there loses it."""
    must_admin(viewer)
    found = await find_provider(db, viewer, provider_id)
    await remove_group_role(db, viewer, found, group_id)
    said = _("The group gives this role no longer; whoever had it from there has lost it.")
    return see_other(f"{LIST}/{found.id}", said)


ROUTES: list[ControllerRouterHandler] = [
    try_it,
    keep_secret,
    change_availability,
    add_group,
    remove_group,
]
