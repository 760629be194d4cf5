"""Handlers for connecting an account with somebody whom a provider knows."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.web.cookies import browser_of
from ideahub.core.i18n import _, sentences
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.local_paths import local_path
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.openid_connect.connecting import confirm_connection, find_waiting, is_theirs
from ideahub.openid_connect.starting import enabled_provider
from ideahub.openid_connect.web.cookies import (
    connection_token,
    keep_connection_token,
    openid_secret,
)
from ideahub.organisations.models import Person

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/openid-connect/connection")
async def show_connection(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The page that says why one has to sign in as before, and asks whether to connect then."""
    return await _connection(request, db, viewer, button_form())


@post("/openid-connect/connection", opt=NEEDS_PROOF)
async def make_connection(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Connects the viewer's account, and goes on to where they wanted to go."""
    viewer.must_sign_in()
    form, token = button_form(), connection_token(request)
    async with form.attempt(db, "connection"):
        waiting, notice = await confirm_connection(
            db, viewer, token, browser_of(request), openid_secret(request) or ""
        )
    if not form.ok:
        return await _connection(request, db, viewer, form)
    said = sentences(_("Your account is connected. From now on one click signs you in."), notice)
    response = see_other(local_path(waiting.next), said)
    keep_connection_token(request, response, "")
    return response


async def _connection(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, form: Form[None]
) -> Response[Any]:
    waiting = await find_waiting(db, request.app.state.site_keys, connection_token(request))
    if waiting is None:
        return see_other(
            "/sign-in", _("Too much time has passed. Begin to sign in once more."), done=False
        )
    person = await db.get(Person, viewer.id) if viewer.signed_in else None
    return page(
        request,
        viewer,
        "openid_connect/connection.html",
        status=form.status,
        form=form,
        provider=await enabled_provider(db, waiting.provider_id),
        email=waiting.known.email,
        theirs=person is not None and is_theirs(waiting, person.email),
    )


ROUTES: list[ControllerRouterHandler] = [show_connection, make_connection]
