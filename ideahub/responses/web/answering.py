"""Handlers for the answer to an idea: reading, giving and changing it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form
from ideahub.http.own_parts import arrives
from ideahub.http.pages import AnyRequest, see_other
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.responses.opening import note_opening
from ideahub.responses.queries import clocks_of
from ideahub.responses.responding import answer_idea, may_answer, must_answer
from ideahub.responses.web.beginning import (
    answer_templates,
    put_template,
    put_words_of,
    with_words_of,
)
from ideahub.responses.web.forms import BegunAnswerForm
from ideahub.responses.web.response_page import draft_key, response_page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/ideas/{idea_id:int}/response"


@get(ADDRESS)
async def show_response(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[bytes]:
    """The answer, for everyone who sees the idea; that a leader who owes it opened the page is
    noted."""
    idea = await find_idea(db, viewer, idea_id)
    if viewer.signed_in and arrives(request.scope) and (await may_answer(db, viewer, idea)).may:
        clock = (await clocks_of(db, [idea.id])).get(idea.id)
        if clock:
            await note_opening(db, viewer, idea, clock.id)
    return await response_page(request, db, viewer, idea)


@post(ADDRESS)
async def send_response(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Gives or changes the answer; the form again where that is refused."""
    idea = await find_idea(db, viewer, idea_id)
    form, answer = await sent_answer(request, db, viewer, idea)
    return answer or await response_page(request, db, viewer, idea, answer=form)


async def sent_answer(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, idea: IdeaView
) -> tuple[Form[BegunAnswerForm], Response[Any] | None]:
    """Reads an answer and gives it, or puts a template in: the form, and the response that leads to
    the public answer, None where the form is to be shown again. Raises what `must_answer` does."""
    await must_answer(db, viewer, idea)
    form = await read_form(request, BegunAnswerForm)
    if form.values.do == "template":
        put_template(form, await answer_templates(db, [idea.campaign_id]))
        put_words_of(form, idea)
        return form, None
    form = with_words_of(form, BegunAnswerForm, idea)
    if form.ok:
        async with form.attempt(db, "body"):
            await answer_idea(db, viewer, idea, form.values.answer_input)
    if not form.ok:
        return form, None
    await discard_draft(db, viewer, draft_key(idea, "answer"))
    told = _("Your answer is public, and its authors are told.")
    return form, see_other(f"{idea.url}/response", told)


ROUTES: list[ControllerRouterHandler] = [show_response, send_response]
