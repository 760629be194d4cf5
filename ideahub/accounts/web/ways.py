"""Handlers for how one signs in: passkeys, the authenticator app and recovery codes."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.authenticator_apps import (
    begin_setup,
    confirm_app,
    find_app,
    remove_app,
    secret_to_set_up,
    setup_address,
)
from ideahub.accounts.passkeys import passkeys_of
from ideahub.accounts.recovery_codes import codes_left, make_codes, replace_codes
from ideahub.accounts.security_events import security_events
from ideahub.accounts.web.fields import code_field
from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, read_form, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.queries import find_person

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class AppForm:
    """The code that a new app shows."""

    code: str = code_field()


@get("/account/ways")
async def ways_page(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The list of all ways in which the viewer can sign in, and of what happened to them."""
    person_id = viewer.person_id
    return page(
        request,
        viewer,
        "accounts/ways.html",
        rooms=(f"person:{person_id}",),
        person=await find_person(db, viewer, person_id),
        passkeys=await passkeys_of(db, person_id),
        app=await find_app(db, person_id),
        codes=await codes_left(db, person_id),
        events=await security_events(db, viewer),
        most_name=lengths.PASSKEY_NAME,
    )


@post("/account/authenticator/secret", opt=NEEDS_PROOF)
async def begin_app(db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Begins to set up an app."""
    await begin_setup(db, viewer)
    return see_other("/account/authenticator")


@get("/account/authenticator", opt=NEEDS_PROOF)
async def app_page(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The page with the picture that the app reads."""
    return await _app(request, db, viewer, blank(AppForm))


@post("/account/authenticator", opt=NEEDS_PROOF)
async def confirm(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Takes the app into use, and shows the recovery codes that come with it."""
    form = await read_form(request, AppForm)
    say_what_is_missing(form, code=_("Enter the code that the app shows."))
    if form.ok:
        if await find_app(db, viewer.person_id):
            return see_other("/account/ways", _("The app is in use already."), done=False)
        async with form.attempt(db, "code"):
            await confirm_app(db, viewer, form.values.code)
    if not form.ok:
        return await _app(request, db, viewer, form)
    return await _codes(request, db, viewer)


@post("/account/authenticator/removal", opt=NEEDS_PROOF)
async def remove(db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Ends the use of the viewer's app, and of its recovery codes."""
    await remove_app(db, viewer.person_id, viewer)
    await replace_codes(db, viewer.person_id)
    return see_other("/account/ways", _("The authenticator app is removed."))


@post("/account/recovery-codes", opt=NEEDS_PROOF)
async def new_codes(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Makes new recovery codes and shows them, once; raises Conflict without an app."""
    if await find_app(db, viewer.person_id) is None:
        raise Conflict(_("Recovery codes come with an authenticator app. Add one first."))
    return await _codes(request, db, viewer)


async def _codes(request: AnyRequest, db: AsyncSession, viewer: Viewer) -> Response[Any]:
    codes = await make_codes(db, viewer.person_id)
    answer = page(request, viewer, "accounts/recovery_codes.html", codes=codes)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _app(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, form: Form[AppForm]
) -> Response[Any]:
    person = await find_person(db, viewer, viewer.person_id)
    secret = await secret_to_set_up(db, viewer, request.app.state.site_keys)
    if secret is None:
        return see_other("/account/ways")
    answer = page(
        request,
        viewer,
        "accounts/authenticator.html",
        status=form.status,
        form=form,
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        picture=_picture(setup_address(secret, person.email)),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _picture(text: str) -> Markup:
    # Imported late: apps are seldom set up.
    import segno

    # Without a style or a size of its own: the policy allows no style, the class gives the size.
    drawn = segno.make(text, error="m").svg_inline(
        omitsize=True, svgclass="qr", lineclass="qr-line", dark="#000", light="#fff", border=4
    )
    return Markup(drawn)  # noqa: S704  (only our own shapes)


ROUTES: list[ControllerRouterHandler] = [
    ways_page,
    begin_app,
    app_page,
    confirm,
    remove,
    new_codes,
]
