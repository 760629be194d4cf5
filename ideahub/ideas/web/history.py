"""Handlers for the history of an idea."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query
from ideahub.ideas.history import revision_of, revisions_of
from ideahub.ideas.queries import find_idea

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/ideas/{idea_id:int}/history")
async def show_history(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    before: FromQuery[int | None] = None,
) -> Response[bytes]:
    """The list of an idea's revisions."""
    idea = await find_idea(db, viewer, idea_id)
    versions, next_before = await revisions_of(db, idea, before=before)
    return page(
        request,
        viewer,
        "ideas/history.html",
        changed_in=idea.rooms,
        idea=idea,
        versions=versions,
        before=before,
        next_before=next_before,
    )


@get("/ideas/{idea_id:int}/history/{number:int}")
async def show_revision(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    number: FromPath[int],
    since: FromQuery[str] = "",
) -> Response[bytes]:
    """The page of what one revision changed; or, with `since`, all that was changed after that
    one."""
    idea = await find_idea(db, viewer, idea_id)
    earlier = number_in_query(since)
    version, diff = await revision_of(db, idea, number, since=earlier)
    return page(
        request,
        viewer,
        "ideas/revision.html",
        changed_in=idea.rooms,
        idea=idea,
        version=version,
        diff=diff,
        earlier=earlier,
    )


ROUTES: list[ControllerRouterHandler] = [show_history, show_revision]
