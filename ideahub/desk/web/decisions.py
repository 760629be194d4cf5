"""Handlers for the page on which somebody decides on an idea in five minutes, made for a phone."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import find_draft
from ideahub.core.viewer import Viewer
from ideahub.desk.answering import caused_by_answers, costs_of_no_answer
from ideahub.desk.consequences import asked_after, consequences, costs_of_silence
from ideahub.desk.weighing import strongest_of, weight_of
from ideahub.http.forms import Form, restored
from ideahub.http.own_parts import arrives
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.ideas.queries import IdeaView, find_idea, is_author
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.decision_form import decision_form
from ideahub.pipeline.opening import keep_opening
from ideahub.pipeline.queries import IdeaProgress, progress_of
from ideahub.pipeline.web.forms import ReviewForm
from ideahub.pipeline.web.gates import sent_review
from ideahub.responses.opening import note_opening
from ideahub.responses.web.response_page import own_answer
from ideahub.sponsorship.offering import today
from ideahub.sponsorship.queries import pledges_of, shared

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/ideas/{idea_id:int}/decision")
async def show_decision(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """What a decision rests on, on one page, and the form with the viewer's draft. Whoever sees the
    idea and does not decide on it is led to its page. That it was opened is kept once."""
    idea = await find_idea(db, viewer, idea_id)
    viewer.must_sign_in()
    if not idea.is_listed or not await _decides(db, viewer, idea):
        return see_other(idea.url)
    progress = await progress_of(db, idea)
    if arrives(request.scope):
        await keep_opening(db, viewer, idea, progress.newest_review)
    form = restored(ReviewForm, await find_draft(db, viewer, f"review-{idea.id}"))
    return await _decision_page(request, db, viewer, idea, progress, form)


@post("/ideas/{idea_id:int}/decision")
async def send_decision(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Decides by the same rule as the page with the whole text, and goes to the idea; the form
    again where that is refused."""
    idea = await find_idea(db, viewer, idea_id)
    form, answer = await sent_review(request, db, viewer, idea)
    if answer is not None:
        return answer
    return await _decision_page(request, db, viewer, idea, await progress_of(db, idea), form)


@get("/ideas/{idea_id:int}/response/brief")
async def show_owed_answer(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """What an owed answer rests on, with the form for it; that it was opened is noted. Whoever sees
    the idea and does not answer it is led to its page."""
    idea = await find_idea(db, viewer, idea_id)
    viewer.must_sign_in()
    own = await own_answer(db, viewer, idea)
    clock = own["owed"]
    if clock is None or not idea.is_listed or not own["answering"].may:
        return see_other(idea.url)
    if arrives(request.scope):
        await note_opening(db, viewer, idea, clock.id)
    weight, pledges = await weight_of(db, idea), shared(await pledges_of(db, idea))
    return page(
        request,
        viewer,
        "desk/owed_answer.html",
        rooms=(f"idea:{idea.id}",),
        idea=idea,
        weight=weight,
        strongest=await strongest_of(db, idea),
        pledges=[pledge for pledge in pledges if pledge.is_standing],
        caused=caused_by_answers(),
        costs=costs_of_no_answer(clock, weight, pledges, await today(db)),
        at=f"{idea.url}/response",
        **own,
    )


async def _decides(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    return is_reviewer(viewer, idea.organisation_id) and not await is_author(db, viewer, idea)


async def _decision_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    progress: IdeaProgress,
    form: Form[ReviewForm],
) -> Response[bytes]:
    status, weight = progress.status, await weight_of(db, idea)
    pledges = shared(await pledges_of(db, idea))
    return page(
        request,
        viewer,
        "desk/decision.html",
        status=form.status,
        rooms=(f"idea:{idea.id}",),
        idea=idea,
        progress=progress,
        weight=weight,
        strongest=await strongest_of(db, idea),
        pledges=[pledge for pledge in pledges if pledge.is_standing],
        caused=consequences(status, await asked_after(db, idea, status)),
        costs=costs_of_silence(idea, status, weight, pledges, await today(db)),
        decision_form=decision_form(status, progress.newest_review),
        review_form=form,
    )


ROUTES: list[ControllerRouterHandler] = [show_decision, send_decision, show_owed_answer]
