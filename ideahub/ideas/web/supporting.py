"""Handlers for supporting an idea, being named there, and for the page of who supports it."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.forms import checkbox, read_form
from ideahub.http.pages import AnyRequest, is_htmx, page, partial, see_other
from ideahub.ideas.naming import own_support, show_name
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.ideas.supporters import supporters_of
from ideahub.ideas.voting import vote, withdraw_vote

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@dataclass
class NameForm:
    """Whether one's name is shown beside one's support."""

    shown: bool = checkbox()


@get("/ideas/{idea_id:int}/supporters")
async def show_supporters(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The people who are named as supporters of an idea."""
    idea = await find_idea(db, viewer, idea_id)
    return page(
        request,
        viewer,
        "ideas/supporters.html",
        rooms=(f"supporters:{idea.id}",),
        changed_in=idea.rooms,
        idea=idea,
        supporters=await supporters_of(db, idea, after),
        support=await own_support(db, viewer, idea.id),
        after=after,
    )


@post("/ideas/{idea_id:int}/vote")
async def support(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Casts the viewer's vote; answers with their own controls or the idea's page."""
    idea = await find_idea(db, viewer, idea_id)
    await vote(db, viewer, idea)
    return await _answer(request, db, viewer, idea, "ideas/_vote_answer.html")


@post("/ideas/{idea_id:int}/vote/withdrawal")
async def withdraw_support(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Withdraws the viewer's vote; answers with their own controls or the idea's page."""
    idea = await find_idea(db, viewer, idea_id)
    await withdraw_vote(db, viewer, idea)
    return await _answer(request, db, viewer, idea, "ideas/_vote_answer.html")


@post("/ideas/{idea_id:int}/vote/name")
async def name_support(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Shows the viewer's name beside their support, or not; answers as `support` does."""
    idea = await find_idea(db, viewer, idea_id)
    form = await read_form(request, NameForm)
    await show_name(db, viewer, idea, shown=form.values.shown)
    return await _answer(request, db, viewer, idea, "ideas/_vote_name.html")


async def _answer(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, idea: IdeaView, template: str
) -> Response[Any]:
    if not is_htmx(request):
        return see_other(idea.url)
    return partial(template, idea=idea, support=await own_support(db, viewer, idea.id))


ROUTES: list[ControllerRouterHandler] = [
    show_supporters,
    support,
    withdraw_support,
    name_support,
]
