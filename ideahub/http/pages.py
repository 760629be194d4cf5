"""Renders pages and partials: the Jinja environment, the page shell, and answers to HTMX."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from gettext import NullTranslations
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from jinja2 import Environment, StrictUndefined
from litestar import Request, Response
from litestar.response import Redirect
from litestar.routes import HTTPRoute
from markupsafe import Markup

from ideahub.core import dates
from ideahub.core.config import WEB, Config
from ideahub.core.i18n import (
    as_markup,
    bdi,
    counted,
    in_a_row,
    in_templates,
    isolated,
    listed,
    number,
    own_direction,
    side_by_side,
)
from ideahub.core.languages import catalogue, direction, language, language_name, offered
from ideahub.core.searching.marking import marked
from ideahub.core.viewer import Viewer
from ideahub.http.assets import asset, icon
from ideahub.http.cookies import read_cookies
from ideahub.http.guard import SAFE_METHODS
from ideahub.http.local_paths import is_local
from ideahub.http.templates.environments import PlainEnvironment
from ideahub.http.templates.loading import FlushLeft

AnyRequest = Request[Any, Any, Any]
NOTICE_COOKIE = "ideahub_notice"
# How a notice begins that tells of no success.
INFORMS = "info:"
THEME_COOKIE = "ideahub_theme"
# In a request's state: the rooms whose deeds change the page that it is answered with.
CHANGED_IN = "changed_in"
THEMES = {"light", "dark"}
# A browser may keep a page, and asks each time whether it is still the same.
PRIVATE = "private, no-cache"
PERSON_MENU = "layouts/_person_menu.html"


def _key_of(stage: Any) -> Any:
    return stage["key"] if isinstance(stage, dict) else stage.key


environment = Environment(
    loader=FlushLeft(WEB / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    extensions=["jinja2.ext.do"],
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals.update(
    _=in_templates.gettext,
    ngettext=in_templates.ngettext,
    pgettext=in_templates.pgettext,
    npgettext=in_templates.npgettext,
    counted=counted,
    asset=asset,
    icon=icon,
)
environment.filters.update(
    moment=dates.moment,
    day=dates.day,
    day_words=dates.day_words,
    month=dates.month,
    ago=dates.ago,
    until=dates.until,
    number=number,
    isolated=isolated,
    own_direction=own_direction,
    listed=listed,
    in_a_row=in_a_row,
    side_by_side=side_by_side,
    bdi=bdi,
    marked=marked,
    host=lambda url: urlsplit(url).hostname or url,
    place_of=lambda stages, key: [_key_of(stage) for stage in stages].index(key),
)


# What these answer is the same on every page of a language, if their arguments are.
SAME_IN_A_LANGUAGE = ("_", "pgettext", "counted", "asset", "icon")


def vary() -> str:
    """The value of the Vary header: the request headers that a page depends on."""
    kept = "Cookie, HX-Request, HX-Request-Type"
    return f"{kept}, Accept-Language" if len(offered()) > 1 else kept


def is_htmx(request: AnyRequest) -> bool:
    """Whether HTMX sent the request, and will swap the answer into the page."""
    return request.headers.get("hx-request") == "true"


def render(template: str, /, **context: Any) -> str:
    """The text of a template; without a request, so pushes and mails can use it too."""
    spoken = language()
    compiled = _compiled(spoken, catalogue(spoken))
    return compiled.get_template(template).render(now=datetime.now(UTC), **context)


@cache
def _compiled(code: str, _texts: NullTranslations) -> PlainEnvironment:
    """The templates in a language, with these texts."""
    return PlainEnvironment.like(environment, code, SAME_IN_A_LANGUAGE)


def compile_templates(code: str) -> None:
    """Compiles all templates for a language, which takes seconds: for processes that are forked
    afterwards and share them, so that no page waits for it when it is first asked for."""
    compiled = _compiled(code, catalogue(code))
    for name in environment.list_templates(extensions=["html"]):
        compiled.get_template(name)


def page(
    request: AnyRequest,
    viewer: Viewer,
    template: str,
    /,
    *,
    status: int = 200,
    rooms: tuple[str, ...] = (),
    changed_in: Iterable[str] | None = None,
    **context: Any,
) -> Response[bytes]:
    """A whole page with its shell; 304 where the browser has the same page already.

    `rooms` are the rooms that the open page listens to. `changed_in` are those whose deeds change
    what a stranger sees on it, if it depends on nothing but its address, language and theme: then
    it may be kept for other strangers; see kept_pages.py.
    """
    if changed_in is not None and status == 200 and not viewer.signed_in:
        request.scope["state"][CHANGED_IN] = frozenset(changed_in)
    menu = as_markup(render(PERSON_MENU, viewer=viewer, path=local_path(request)))
    text = render(template, **shell(request, viewer, rooms, menu), **context)
    return answer_with(request, text.encode(), etag_of(text, viewer.cursor), status)


def shell(
    request: AnyRequest, viewer: Viewer, rooms: tuple[str, ...], person_menu: Markup
) -> dict[str, Any]:
    """The variables of what surrounds every page."""
    config: Config = request.app.state.config
    return {
        "person_menu": person_menu,
        "viewer": viewer,
        "rooms": rooms,
        "cursor": viewer.cursor,
        "path": local_path(request),
        **_notice(request),
        "theme": theme_of(request),
        "language": language(),
        "direction": direction(),
        "languages": [(code, language_name(code), direction(code)) for code in offered()],
        "demo": config.demo,
        "development": config.development,
        "site": config.public_url,
        # The draft of the form that this page answers, where it was not accepted as a whole.
        "answers": request.state.get("sent_draft", ""),
    }


def partial(template: str, /, *, status: int = 200, **context: Any) -> Response[bytes]:
    """A part of a page, without the shell: in answer to HTMX."""
    text = render(template, **context)
    return Response(
        text.encode(),
        status_code=status,
        media_type="text/html",
        headers={"Vary": vary(), "Cache-Control": "private, no-store"},
    )


def see_other(url: str, notice: str = "", *, done: bool = True) -> Redirect:
    """Redirects to a page after a deed (303); `notice` is a sentence that the page shows once, as
    a success unless nothing was `done`."""
    response = Redirect(url, status_code=303)
    _say_next(response, notice if done else f"{INFORMS}{notice}")
    return response


def go_to(request: AnyRequest, url: str, notice: str = "", *, done: bool = True) -> Response[Any]:
    """`see_other` for forms that HTMX may have sent; HTMX opens the whole page then."""
    if not is_htmx(request):
        return see_other(url, notice, done=done)
    response = Response(b"", status_code=200, headers={"HX-Redirect": url})
    _say_next(response, notice if done else f"{INFORMS}{notice}")
    return response


def _say_next(response: Response[Any], notice: str) -> None:
    if notice:
        response.set_cookie(NOTICE_COOKIE, quote(notice), max_age=60, httponly=True, samesite="lax")


def with_query(url: str, **values: Any) -> str:
    """The address with these values as its query; empty ones are left out, lists repeat."""
    kept = {name: value for name, value in values.items() if value not in (None, "", [])}
    return f"{url}?{urlencode(kept, doseq=True)}" if kept else url


environment.globals["with_query"] = with_query


def _notice(request: AnyRequest) -> dict[str, str]:
    said = unquote(read_cookies(request).get(NOTICE_COOKIE, ""))[:500]
    told = said.removeprefix(INFORMS)
    return {"notice": told, "notice_tone": "good" if told == said else "info"}


def page_before(request: AnyRequest) -> str:
    """The page of this site that the form was sent from; the home page where it is not said."""
    came_from = request.headers.get("hx-current-url", "") or request.headers.get("referer", "")
    prefix = f"{request.base_url}".rstrip("/")
    before = came_from.removeprefix(prefix) if came_from.startswith(prefix) else ""
    return before if is_local(before) else "/"


def local_path(request: AnyRequest) -> str:
    """The request's path with its query; of a form whose address has no page of its own, those of
    the page that it stands on."""
    if request.method not in SAFE_METHODS and not _has_page(request):
        return page_before(request)
    query = request.scope["query_string"].decode("latin-1")
    return request.url.path + (f"?{query}" if query else "")


def _has_page(request: AnyRequest) -> bool:
    template = request.scope.get("path_template", "")
    return any(
        route.path_format == template and "GET" in route.methods
        for route in request.app.routes
        if isinstance(route, HTTPRoute)
    )


def theme_of(request: AnyRequest) -> str:
    """The theme that the browser's owner chose; empty where it is the browser's."""
    chosen = read_cookies(request).get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def answer_with(request: AnyRequest, body: bytes, etag: str, status: int) -> Response[bytes]:
    """The answer with this page; 304 where the browser has it.

    A notice was shown on it, if there was one, and is not shown again.
    """
    headers = {"Vary": vary(), "Cache-Control": PRIVATE, "ETag": etag}
    if status == 200 and request.headers.get("if-none-match") == etag:
        response = Response(b"", status_code=304, headers=headers)
    else:
        response = Response(body, status_code=status, media_type="text/html", headers=headers)
    if _notice(request)["notice"]:
        response.delete_cookie(NOTICE_COOKIE)
    return response


def etag_of(text: str, cursor: int) -> str:
    """The value of the ETag header for a page that was rendered at this cursor."""
    # The cursor changes with every deed on the site, which is no reason to send a page again.
    fingerprint = text.replace(f"cursor={cursor}", "").encode()
    return f'W/"{blake2b(fingerprint, digest_size=12).hexdigest()}"'
