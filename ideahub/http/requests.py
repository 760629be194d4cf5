"""What every request goes through: its transaction, its viewer, the form it brings."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.languages import change_language
from ideahub.core.refusals import Forbidden
from ideahub.core.viewer import STRANGER, FindViewer, Viewer
from ideahub.http.cookies import read_cookies, session_cookie
from ideahub.http.guard import SAFE_METHODS
from ideahub.http.pages import AnyRequest
from ideahub.http.receiving import MOST_BYTES, receive_form

LONG_BYTES = 4_000
# What strangers have to say is short: an address, a code, a name.
MOST_OF_STRANGERS = 64_000


def config_of(request: AnyRequest) -> Config:
    """The settings of this process."""
    config: Config = request.app.state.config
    return config


def database_of(request: AnyRequest) -> Database:
    """The database, for handlers that need several short transactions instead of one."""
    database: Database = request.app.state.database
    return database


async def find_viewer_of(request: AnyRequest, db: AsyncSession) -> Viewer:
    """Whoever is signed in on the browser that asks; from here on in their own language."""
    find: FindViewer = request.app.state.find_viewer
    viewer = await find(db, read_cookies(request).get(session_cookie(config_of(request))))
    change_language(viewer.language)
    return viewer


async def viewer_now(request: AnyRequest) -> Viewer:
    """The same, for handlers that hold no transaction."""
    async with database_of(request).reading() as db:
        return await find_viewer_of(request, db)


async def provide_db(request: AnyRequest) -> AsyncIterator[AsyncSession]:
    """One transaction for a deed, committed before the answer is sent; a look needs none."""
    database: Database = request.app.state.database
    looks = request.method in SAFE_METHODS
    opening = database.reading() if looks else database.transaction()
    # Long texts take a while; however many come at once, half the connections stay for others.
    is_long = request.state.get("sent_bytes", 0) > LONG_BYTES
    async with (
        database.long_deeds.place() if is_long else nullcontext(),
        with_viewer(request, opening) as session,
    ):
        yield session


@asynccontextmanager
async def with_viewer(
    request: AnyRequest, opening: AbstractAsyncContextManager[AsyncSession]
) -> AsyncIterator[AsyncSession]:
    """The session that is being opened, once the viewer was found with it.

    All in one place: the framework closes nothing when a second dependency fails, and the
    connection would be lost for good.
    """
    request.state.viewer = STRANGER
    async with opening as session:
        request.state.viewer = await find_viewer_of(request, session)
        yield session


async def provide_viewer(request: AnyRequest, db: NamedDependency[AsyncSession]) -> Viewer:
    """Whoever is signed in on this browser."""
    viewer: Viewer = request.state.viewer
    return viewer


async def receive_deed(request: AnyRequest) -> None:
    """Reads the form of a deed before its handler is called; that it comes from a page of ours
    was the guard's to see.

    Raises Forbidden, SignInNeeded where so much is not even read from whoever sends it, and what
    `receive_form` raises.
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
    if length > MOST_OF_STRANGERS and session_cookie(config) not in read_cookies(request):
        raise Forbidden(
            _(
                "You are not signed in, so this was too much to send at once. Nothing was saved. "
                "Sign in, go back to what you typed and send it again."
            )
        )
    if length > MOST_BYTES and most > MOST_BYTES:
        (await viewer_now(request)).must_sign_in()
