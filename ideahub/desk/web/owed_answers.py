"""Handlers for the page on which a leader gives an owed answer in five minutes."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.desk.answering import caused_by_answers, costs_of_no_answer
from ideahub.desk.case import case_of
from ideahub.http.forms import Form
from ideahub.http.own_parts import arrives
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.responses.opening import note_opening
from ideahub.responses.web.answering import sent_answer
from ideahub.responses.web.forms import BegunAnswerForm
from ideahub.responses.web.response_page import own_answer
from ideahub.sponsorship.offering import today

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/ideas/{idea_id:int}/response/brief"


@get(ADDRESS)
async def show_owed_answer(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """What an owed answer rests on, with the form for it; that it was opened is noted. Whoever sees
    the idea and does not answer it now is led to the page of its answer."""
    idea = await find_idea(db, viewer, idea_id)
    viewer.must_sign_in()
    own = await own_answer(db, viewer, idea)
    if own["owed"] and own["answering"].may and arrives(request.scope):
        await note_opening(db, viewer, idea, own["owed"].id)
    return await _answer_page(request, db, viewer, idea, own)


@post(ADDRESS)
async def send_owed_answer(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Gives the answer, and goes to where everyone reads it; the form again where that is refused,
    also when somebody else has answered meanwhile."""
    idea = await find_idea(db, viewer, idea_id)
    form, answer = await sent_answer(request, db, viewer, idea)
    if answer is not None:
        return answer
    own = await own_answer(db, viewer, idea, answer=form)
    return await _answer_page(request, db, viewer, idea, own, form)


async def _answer_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    own: dict[str, Any],
    sent: Form[BegunAnswerForm] | None = None,
) -> Response[Any]:
    clock = own["owed"]
    if sent is None and not (clock and idea.is_listed and own["answering"].may):
        return see_other(f"{idea.url}/response")
    case = await case_of(db, idea)
    return page(
        request,
        viewer,
        "desk/owed_answer.html",
        status=sent.status if sent else 200,
        rooms=(f"idea:{idea.id}", f"case:{idea.id}"),
        idea=idea,
        case=case,
        caused=caused_by_answers(),
        costs=costs_of_no_answer(clock, case, await today(db)) if clock else [],
        at=f"{idea.url}/response/brief",
        **own,
    )


ROUTES: list[ControllerRouterHandler] = [show_owed_answer, send_owed_answer]
