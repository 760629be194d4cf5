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
from ideahub.http.requests import viewer_first
from ideahub.ideas.ballot_box import BallotBox
from ideahub.ideas.ballots import Counted
from ideahub.ideas.naming import OwnSupport, own_support, show_name
from ideahub.ideas.queries import find_idea
from ideahub.ideas.supporters import supporters_of

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


# These two ask for no session of the request's own: whoever waits for a group of votes must hold no
# connection, which the group needs.
@post("/ideas/{idea_id:int}/vote")
async def support(request: AnyRequest, idea_id: FromPath[int]) -> Response[Any]:
    """Casts the viewer's vote; answers with their own controls or the idea's page."""
    viewer = await viewer_first(request)
    counted = await _box_of(request).vote(viewer, idea_id)
    return _vote_answer(request, counted, OwnSupport(counted.is_named))


@post("/ideas/{idea_id:int}/vote/withdrawal")
async def withdraw_support(request: AnyRequest, idea_id: FromPath[int]) -> Response[Any]:
    """Withdraws the viewer's vote; answers with their own controls or the idea's page."""
    viewer = await viewer_first(request)
    counted = await _box_of(request).withdraw_vote(viewer, idea_id)
    return _vote_answer(request, counted, None)


@post("/ideas/{idea_id:int}/vote/name")
async def name_support(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Shows the viewer's name beside their support, or not; answers with that choice or the idea's
    page."""
    idea = await find_idea(db, viewer, idea_id)
    form = await read_form(request, NameForm)
    await show_name(db, viewer, idea, shown=form.values.shown)
    if not is_htmx(request):
        return see_other(idea.url)
    own = await own_support(db, viewer, idea.id)
    return partial("ideas/_vote_name.html", idea=idea, support=own)


def _box_of(request: AnyRequest) -> BallotBox:
    box: BallotBox = request.app.state.ballot_box
    return box


def _vote_answer(
    request: AnyRequest, counted: Counted, support: OwnSupport | None
) -> Response[Any]:
    if not is_htmx(request):
        return see_other(f"/ideas/{counted.idea_id}")
    return partial("ideas/_vote_answer.html", idea=counted, support=support)


ROUTES: list[ControllerRouterHandler] = [
    show_supporters,
    support,
    withdraw_support,
    name_support,
]
