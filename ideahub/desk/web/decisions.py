"""Handlers for the page on which somebody decides on an idea in five minutes, made for a phone."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import find_draft
from ideahub.core.viewer import Viewer
from ideahub.desk.case import case_of
from ideahub.desk.consequences import asked_after, consequences, costs_of_silence
from ideahub.http.forms import Form, restored
from ideahub.http.own_parts import arrives
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.pipeline.advancing import must_review
from ideahub.pipeline.decision_form import decision_form, preset
from ideahub.pipeline.opening import keep_opening
from ideahub.pipeline.queries import IdeaProgress, progress_of
from ideahub.pipeline.web.forms import ReviewForm
from ideahub.pipeline.web.gates import sent_review
from ideahub.sponsorship.offering import today

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/ideas/{idea_id:int}/decision")
async def show_decision(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    to: FromQuery[str] = "",
) -> Response[Any]:
    """What a decision rests on, on one page, and the form with the viewer's draft; `to` is a stage,
    for which it chooses the decision. That it was opened is kept once. Leads to the page of an idea
    on which nobody decides; raises what `must_review` raises."""
    idea = await find_idea(db, viewer, idea_id)
    await must_review(db, viewer, idea)
    if not idea.is_listed:
        return see_other(idea.url)
    progress = await progress_of(db, idea)
    if arrives(request.scope):
        await keep_opening(db, viewer, idea, progress.newest_review)
    draft = await find_draft(db, viewer, f"review-{idea.id}") or {}
    ticked = preset(progress.status, Stage(to)) if to in set(Stage) else {}
    form = restored(ReviewForm, draft | ticked)
    return await _decision_page(request, db, viewer, idea, progress, form)


@post("/ideas/{idea_id:int}/decision")
async def send_decision(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Decides on an idea, and goes to it; the form again where that is refused."""
    idea = await find_idea(db, viewer, idea_id)
    form, answer = await sent_review(request, db, viewer, idea)
    if answer is not None:
        return answer
    return await _decision_page(request, db, viewer, idea, await progress_of(db, idea), form)


async def _decision_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    progress: IdeaProgress,
    form: Form[ReviewForm],
) -> Response[bytes]:
    status, case = progress.status, await case_of(db, idea)
    caused = consequences(status, await asked_after(db, idea, status))
    return page(
        request,
        viewer,
        "desk/decision.html",
        status=form.status,
        rooms=(f"idea:{idea.id}", f"case:{idea.id}"),
        idea=idea,
        progress=progress,
        case=case,
        costs=costs_of_silence(idea, status, case, await today(db)),
        decision_form=decision_form(status, progress.newest_review, caused),
        review_form=form,
    )


ROUTES: list[ControllerRouterHandler] = [show_decision, send_decision]
