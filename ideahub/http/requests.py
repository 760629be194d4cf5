"""What every handler needs of a request: its session, its viewer, and its form."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.asked_once import is_for_one_page
from ideahub.core.barring import must_not_be_suspended
from ideahub.core.config import Config
from ideahub.core.db import MOST_DEEDS, Database
from ideahub.core.drafts import FORM, save_draft
from ideahub.core.i18n import _
from ideahub.core.languages import change_language
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.viewer import STRANGER, FindViewer, RememberedViewer, Viewer
from ideahub.http.cookies import known_cookie, read_cookies, session_cookie
from ideahub.http.guard import SAFE_METHODS
from ideahub.http.negotiating import LANGUAGE_COOKIE
from ideahub.http.pages import THEME_COOKIE, AnyRequest
from ideahub.http.receiving import MOST_BYTES, receive_form

LONG_BYTES = 4_000
# What whoever is suspended can still do: about their own account, and appeal.
OPEN_TO_SUSPENDED = (
    "/account",
    "/drafts/",
    "/moderation/decisions/",
    "/moderation/own-texts/",
    "/notifications",
    "/preferences/",
    "/sign-in",
    "/sign-out",
)
# For handlers of the same at other addresses: `@post("…", opt=WHILE_SUSPENDED)`.
WHILE_SUSPENDED = {"while_suspended": True}
# The header of copies that open pages fetch of themselves, see refetch.js.
LIVE_COPY = "live-copy"
# Those that a browser may have which has never sent anything else (or an empty line of cookies).
COOKIES_OF_ALL = {"", LANGUAGE_COOKIE, THEME_COOKIE}
# Bytes that strangers may send: their forms are short, with an address, a code, a name.
MOST_OF_STRANGERS = 64_000
# For handlers of requests that the page makes while somebody writes: these lead nowhere else.
BY_ITSELF = {"by_itself": True}


def config_of(request: AnyRequest) -> Config:
    """The settings of this process."""
    config: Config = request.app.state.config
    return config


def database_of(request: AnyRequest) -> Database:
    """The database, for handlers that need several short transactions instead of one."""
    database: Database = request.app.state.database
    return database


async def find_viewer_of(request: AnyRequest, db: AsyncSession) -> Viewer:
    """Finds the viewer by the request's session, and changes the request to their language."""
    if found := getattr(request.state, "found_viewer", None):
        proved: Viewer = found
        return proved
    state, by_itself = request.app.state, LIVE_COPY in request.headers
    find: FindViewer = state.find_unused_viewer if by_itself else state.find_viewer
    viewer = await find(db, read_cookies(request).get(session_cookie(config_of(request))))
    change_language(viewer.language)
    return viewer


async def viewer_now(request: AnyRequest) -> Viewer:
    """`find_viewer_of` with a session of its own, for handlers that have none. A deed needs
    `viewer_for_deed`, as this refuses nobody."""
    async with database_of(request).reading() as db:
        return await find_viewer_of(request, db)


async def provide_db(request: AnyRequest) -> AsyncIterator[AsyncSession]:
    """The session of a request: for a deed in a transaction, which is committed before the answer
    is sent; for reading without."""
    database: Database = request.app.state.database
    only_reads = request.method in SAFE_METHODS
    opening = (
        database.reading(stranger=_has_done_nothing(request))
        if only_reads
        else database.transaction()
    )
    # Long texts take a while; half of the connections stay free for other requests.
    is_long = request.state.get("sent_bytes", 0) > LONG_BYTES
    async with (
        database.long_deeds.place() if is_long else nullcontext(),
        with_viewer(request, opening) as session,
    ):
        if only_reads:
            is_for_one_page(session)
        yield session


def _has_done_nothing(request: AnyRequest) -> bool:
    # Whoever signed in, or sent something without, has a cookie that says so.
    return set(read_cookies(request)) <= COOKIES_OF_ALL


@asynccontextmanager
async def with_viewer(
    request: AnyRequest, opening: AbstractAsyncContextManager[AsyncSession]
) -> AsyncIterator[AsyncSession]:
    """Opens the session and finds the request's viewer with it.

    Both in one dependency: when a second one fails, the framework does not close the first, and
    its connection would be lost for good.
    """
    request.state.viewer = STRANGER
    async with opening as session:
        _meet(request, await find_viewer_of(request, session))
        yield session


def _meet(request: AnyRequest, viewer: Viewer) -> None:
    request.state.viewer = viewer
    _must_be_drafter(request, viewer)
    _may_do_it_now(request, viewer)
    request.state.sent_draft = draft_of(request) if viewer.signed_in else ""


async def viewer_first(request: AnyRequest) -> Viewer:
    """The request's viewer, for a deed that is done in a transaction with those of others; no
    connection is held afterwards. Raises Conflict where somebody else opened the form."""
    remembered: RememberedViewer = request.app.state.remembered_viewer
    if known := remembered(read_cookies(request).get(session_cookie(config_of(request)))):
        change_language(known.language)
        _meet(request, known)
        return known
    async with with_viewer(request, database_of(request).reading(most_waiting=MOST_DEEDS)):
        viewer: Viewer = request.state.viewer
        return viewer


async def viewer_for_deed(request: AnyRequest) -> Viewer:
    """The viewer of a deed that is done in several transactions, so that its handler has no
    session: no connection is held afterwards. Raises Conflict where somebody else opened the
    form, and Forbidden for whoever is suspended."""
    async with with_viewer(request, database_of(request).reading()):
        viewer: Viewer = request.state.viewer
        return viewer


def draft_of(request: AnyRequest) -> str:
    """The name of the sent form among drafts; empty where it has none."""
    sent = request.state.get("sent_form") or {}
    named = sent.get("draft", "")
    return named if isinstance(named, str) and FORM.fullmatch(named) else ""


def typed_of(request: AnyRequest) -> dict[str, list[str]]:
    """The texts of the sent form, without its files."""
    sent: FormMultiDict = request.state.get("sent_form") or FormMultiDict()
    return {name: [value for value in sent.getall(name) if isinstance(value, str)] for name in sent}


async def keep_unsent(request: AnyRequest, db: AsyncSession, viewer: Viewer) -> None:
    """Keeps a form as the viewer's draft of which another button was pressed, which opens the page
    anew. Raises what `save_draft` raises."""
    if named := draft_of(request):
        await save_draft(db, viewer, named, typed_of(request))


def drafter_of(request: AnyRequest) -> int | None:
    """The number of the person on whose page the sent form stood, as the browser says it."""
    sent = request.state.get("sent_form") or {}
    said = sent.get("drafter", "")
    return int(said) if isinstance(said, str) and re.fullmatch(r"[0-9]{1,18}", said) else None


def _must_be_drafter(request: AnyRequest, viewer: Viewer) -> None:
    # On a shared device somebody else has signed in meanwhile, in another tab.
    drafter = drafter_of(request)
    if viewer.signed_in and drafter is not None and drafter != viewer.id:
        raise Conflict(
            _(
                "You are signed in as %(name)s, but this form was opened by somebody else. "
                "Nothing was sent.",
                name=viewer.name,
            )
        )


def _may_do_it_now(request: AnyRequest, viewer: Viewer) -> None:
    if request.method in SAFE_METHODS:
        return
    if request.route_handler.opt.get("while_suspended"):
        return
    if not request.url.path.startswith(OPEN_TO_SUSPENDED):
        must_not_be_suspended(viewer)


async def provide_viewer(request: AnyRequest, db: NamedDependency[AsyncSession]) -> Viewer:
    """The request's viewer, which `with_viewer` has found."""
    viewer: Viewer = request.state.viewer
    return viewer


async def receive_deed(request: AnyRequest) -> None:
    """Reads the form of a deed before its handler is called; the guard has checked its origin.

    Raises Forbidden or SignInNeeded for a large form from somebody who is not signed in, which
    is not even read, and what `receive_form` raises.
    """
    if request.method not in SAFE_METHODS:
        await _must_be_known_for_much(request)
        await receive_form(request)


async def _must_be_known_for_much(request: AnyRequest) -> None:
    most = request.route_handler.resolve_request_max_body_size() or 0
    length = request.content_length
    if length is None:
        length = most if "transfer-encoding" in request.headers else 0
    config: Config = request.app.state.config
    # Whose session has ended is no stranger: a long text must reach the place where it is kept.
    names = {session_cookie(config), known_cookie(config)}
    if length > MOST_OF_STRANGERS and names.isdisjoint(read_cookies(request)):
        raise Forbidden(
            _(
                "You are not signed in, so this was too much to send at once. Nothing was saved. "
                "Sign in, go back to what you typed and send it again."
            )
        )
    if length > MOST_BYTES and most > MOST_BYTES:
        (await viewer_now(request)).must_sign_in()
