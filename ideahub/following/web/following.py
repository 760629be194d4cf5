"""Handlers for following an idea, and for ending that."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.following.following import follow, unfollow
from ideahub.http.pages import AnyRequest, is_htmx, partial, see_other
from ideahub.ideas.queries import IdeaView, find_idea


@post("/ideas/{idea_id:int}/following")
async def begin(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    idea_id: FromPath[int],
) -> Response[Any]:
    """Makes the viewer follow the idea; answers with the new button or the idea's page."""
    idea = await find_idea(db, viewer, idea_id)
    await follow(db, viewer, idea)
    return _answer(request, idea, follows=True)


@post("/ideas/{idea_id:int}/following/withdrawal")
async def cease(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    idea_id: FromPath[int],
) -> Response[Any]:
    """Ends the viewer's following; answers with the new button or the idea's page."""
    idea = await find_idea(db, viewer, idea_id)
    await unfollow(db, viewer, idea)
    return _answer(request, idea, follows=False)


def _answer(request: AnyRequest, idea: IdeaView, *, follows: bool) -> Response[Any]:
    if not is_htmx(request):
        return see_other(idea.url)
    return partial("following/_button.html", idea_id=idea.id, follows=follows)


ROUTES: list[ControllerRouterHandler] = [begin, cease]
