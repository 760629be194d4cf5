"""Handlers for ending mails from a link in one of them, without signing in (RFC 8058).

The link is signed for its reader and for what it ends. To open it changes nothing, as programs that
look for malware open every link; a POST to it does, from whatever page or program it comes.
"""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.site_keys import SiteKeys
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.notifications.ending_words import ended_words, ends_words
from ideahub.notifications.signed_links import is_right, link_that_ends
from ideahub.notifications.wishing import end_mail, undo_end
from ideahub.organisations.models import Person

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/mail-choices/{person_id:int}/{signature:str}"


@get(ADDRESS)
async def ask(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    person_id: FromPath[int],
    signature: FromPath[str],
    of: FromQuery[str] = "",
) -> Response[bytes]:
    """Says what would end, with a button for it."""
    await _must_be_right(request, db, person_id, of, signature)
    return await _page(request, db, viewer, person_id, of, state="asked")


@post(ADDRESS, status_code=200)
async def end(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    person_id: FromPath[int],
    signature: FromPath[str],
    of: FromQuery[str] = "",
) -> Response[bytes]:
    """Ends it: by the button, and by mail programs, which send List-Unsubscribe=One-Click."""
    await _must_be_right(request, db, person_id, of, signature)
    await end_mail(db, person_id, of)
    return await _page(request, db, viewer, person_id, of, state="ended")


@post(f"{ADDRESS}/undoing", status_code=200)
async def undo(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    person_id: FromPath[int],
    signature: FromPath[str],
    of: FromQuery[str] = "",
) -> Response[bytes]:
    """Sets it back as it was."""
    await _must_be_right(request, db, person_id, of, signature)
    await undo_end(db, person_id, of)
    return await _page(request, db, viewer, person_id, of, state="undone")


async def _must_be_right(
    request: AnyRequest, db: AsyncSession, person_id: int, what: str, signature: str
) -> None:
    keys: SiteKeys = request.app.state.site_keys
    if person_id > MOST or not is_right(keys, person_id, what, signature):
        raise NotFound
    if await db.scalar(select(Person.id).where(Person.id == person_id)) is None:
        raise NotFound


async def _page(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, person_id: int, what: str, *, state: str
) -> Response[bytes]:
    keys: SiteKeys = request.app.state.site_keys
    path, _question, query = link_that_ends(keys, person_id, what).partition("?")
    return page(
        request,
        viewer,
        "notifications/ending.html",
        state=state,
        what=await ends_words(db, person_id, what),
        done=ended_words(what),
        end=f"{path}?{query}",
        undo=f"{path}/undoing?{query}",
    )


ROUTES: list[ControllerRouterHandler] = [ask, end, undo]
