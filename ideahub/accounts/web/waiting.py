"""Handlers for what waits while somebody signs in, and the words that say so on those pages."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.kept_forms import find_kept
from ideahub.core.viewer import Viewer
from ideahub.http.keeping import kept_secret, said_of, take_up, what_waits
from ideahub.http.pages import AnyRequest, page, see_other, with_query

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


async def waiting_for(request: AnyRequest, next_url: str) -> dict[str, Any]:
    """The variables of a page of signing in that carries `next_url` along."""
    return {"next_url": next_url, "waiting": await what_waits(request, next_url)}


@get("/kept-forms/{kept_id:int}")
async def show_kept(
    request: AnyRequest, db: Db, viewer: CurrentViewer, kept_id: FromPath[int]
) -> Response[Any]:
    """The page that offers once more what was begun before signing in: for somebody who has
    signed in on another page meanwhile."""
    if not viewer.signed_in:
        return see_other(with_query("/sign-in", next=request.url.path))
    kept = await find_kept(db, kept_secret(request), kept_id)
    if kept is None or kept.done_at is not None:
        return see_other(kept.page if kept else "/")
    if kept.fields and not kept.draft and viewer.is_person(kept.drafter):
        # Kept for a proof, which was given meanwhile.
        return page(request, viewer, "accounts/go_on.html", kept=kept)
    waiting = await said_of(request, db, kept)
    return page(request, viewer, "accounts/waiting.html", waiting=waiting, kept=kept)


@post("/kept-forms/{kept_id:int}")
async def go_on_with_kept(
    request: AnyRequest, db: Db, viewer: CurrentViewer, kept_id: FromPath[int]
) -> Response[Any]:
    """Does what was begun before signing in, and goes back to where it was begun."""
    if not viewer.signed_in:
        return see_other(with_query("/sign-in", next=request.url.path))
    onward = await take_up(request, db, viewer, kept_id)
    return see_other(onward.url, onward.notice)


ROUTES: list[ControllerRouterHandler] = [show_kept, go_on_with_kept]
