"""Handlers for what all pages need: static files, theme, language, drafts of forms, previews."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, asgi, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import save_draft
from ideahub.core.languages import offered
from ideahub.core.viewer import KeepLanguage, Viewer
from ideahub.http.assets import serve_static
from ideahub.http.cookies import set_cookie
from ideahub.http.forms import line, read_form
from ideahub.http.local_paths import LONGEST, own_page
from ideahub.http.negotiating import remember_language
from ideahub.http.pages import THEME_COOKIE, THEMES, AnyRequest, page, see_other
from ideahub.http.previewing import ROUTES as PREVIEWING
from ideahub.http.requests import config_of, typed_of

YEAR_SECONDS = 365 * 24 * 60 * 60


@dataclass
class ThemeForm:
    """The theme to use: "light", "dark" or anything else for the device's own."""

    theme: str = line(10)
    next: str = line(LONGEST)


@asgi("/static", is_mount=True, copy_scope=True)
async def static(scope: Scope, receive: Receive, send: Send) -> None:
    """Static files."""
    await serve_static(scope, receive, send)


@get("/preferences")
async def preferences(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """The page on which language and theme are chosen in a browser without scripts."""
    return page(request, viewer, "layouts/preferences.html")


@post("/preferences/theme")
async def choose_theme(request: AnyRequest) -> Response[Any]:
    """Keeps the theme in a cookie, and redirects to the page it was chosen on."""
    form = await read_form(request, ThemeForm)
    theme = form.values.theme if form.values.theme in THEMES else ""
    response = see_other(own_page(form.values.next))
    seconds = YEAR_SECONDS if theme else 0
    set_cookie(response, config_of(request), THEME_COOKIE, theme, seconds)
    return response


@dataclass
class LanguageForm:
    """The language to use; anything that is not offered stands for the browser's own."""

    language: str = line(20)
    next: str = line(LONGEST)


@post("/preferences/language")
async def choose_language(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """Keeps the language in a cookie and, for a signed-in person, in their account."""
    form = await read_form(request, LanguageForm)
    code = form.values.language if form.values.language in offered() else None
    keep: KeepLanguage = request.app.state.keep_language
    if viewer.signed_in:
        await keep(db, viewer, code)
    response = see_other(own_page(form.values.next))
    remember_language(request, response, code)
    return response


@post("/drafts/{form_name:str}")
async def keep_draft(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    form_name: FromPath[str],
) -> Response[Any]:
    """Saves a draft of a form; 401 for a stranger, whose browser then keeps it itself."""
    if not viewer.signed_in:
        return Response(b"", status_code=401, media_type="text/plain")
    await save_draft(db, viewer, form_name, typed_of(request))
    return Response(b"", status_code=204)


ROUTES: list[ControllerRouterHandler] = [
    static,
    preferences,
    choose_theme,
    choose_language,
    keep_draft,
    *PREVIEWING,
]
