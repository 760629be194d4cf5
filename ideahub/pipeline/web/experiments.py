"""Handlers of experiments: planning, adjusting, concluding."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, prefilled, read_form
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.pipeline.advancing import DecisionIncomplete
from ideahub.pipeline.concluding import conclude_experiment
from ideahub.pipeline.experimenting import (
    change_experiment,
    fingerprint,
    must_experiment,
    plan_experiment,
    stage_of_next,
)
from ideahub.pipeline.experiments import ExperimentView, find_experiment
from ideahub.pipeline.web.forms import ConclusionForm, PlanForm, form_of, restored

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Viewer]


@get("/ideas/{idea_id:int}/experiments/new")
async def new(request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]) -> Response[bytes]:
    """The form for planning an experiment."""
    idea = await find_idea(db, viewer, idea_id)
    await must_experiment(db, viewer, idea)
    draft = await find_draft(db, viewer, f"experiment-new-{idea.id}")
    return _plan_page(request, viewer, idea, restored(blank(PlanForm), draft))


@post("/ideas/{idea_id:int}/experiments/new")
async def plan(request: AnyRequest, db: Db, viewer: Who, idea_id: FromPath[int]) -> Response[Any]:
    """Plans an experiment."""
    idea = await find_idea(db, viewer, idea_id)
    await must_experiment(db, viewer, idea)
    form = await read_form(request, PlanForm)
    if not form.ok:
        return _plan_page(request, viewer, idea, form, status=422)
    try:
        made = await plan_experiment(db, viewer, idea, form.values.plan)
    except DecisionIncomplete as problem:
        form.errors[problem.field] = problem.reason
        return _plan_page(request, viewer, idea, form, status=422)
    await discard_draft(db, viewer, f"experiment-new-{idea.id}")
    return go_to(request, f"/experiments/{made}", _("The plan stands. Readings can be added now."))


@get("/experiments/{experiment_id:int}/edit")
async def edit(
    request: AnyRequest, db: Db, viewer: Who, experiment_id: FromPath[int]
) -> Response[bytes]:
    """The form for adjusting the plan."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await must_experiment(db, viewer, idea)
    draft = await find_draft(db, viewer, f"experiment-edit-{found.id}")
    form = restored(prefilled(form_of(found)), draft)
    return _plan_page(request, viewer, idea, form, found)


@post("/experiments/{experiment_id:int}/edit")
async def adjust(
    request: AnyRequest, db: Db, viewer: Who, experiment_id: FromPath[int]
) -> Response[Any]:
    """Adjusts the plan; what was and what is now go on the record."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await must_experiment(db, viewer, idea)
    form = await read_form(request, PlanForm)
    if not form.values.why:
        form.errors["why"] = _("Say what made you adjust it: others rely on the plan.")
    if not form.ok:
        return _plan_page(request, viewer, idea, form, found, status=422)
    sent = form.values
    try:
        await change_experiment(db, viewer, idea, found.id, sent.plan, seen=sent.seen, why=sent.why)
    except DecisionIncomplete as problem:
        form.errors[problem.field] = problem.reason
        return _plan_page(request, viewer, idea, form, found, status=422)
    except Conflict as refused:
        form.errors["hypothesis"] = refused.reason
        return _plan_page(request, viewer, idea, form, found, status=409)
    await discard_draft(db, viewer, f"experiment-edit-{found.id}")
    return go_to(request, f"/experiments/{found.id}", _("Adjusted, and on the record."))


@get("/experiments/{experiment_id:int}/conclusion")
async def conclusion(
    request: AnyRequest, db: Db, viewer: Who, experiment_id: FromPath[int]
) -> Response[bytes]:
    """The form for ending an experiment."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await must_experiment(db, viewer, idea)
    draft = await find_draft(db, viewer, f"conclusion-{found.id}")
    return _conclusion_page(request, viewer, idea, found, restored(blank(ConclusionForm), draft))


@post("/experiments/{experiment_id:int}/conclusion")
async def conclude(
    request: AnyRequest, db: Db, viewer: Who, experiment_id: FromPath[int]
) -> Response[Any]:
    """Ends an experiment with what it showed."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await must_experiment(db, viewer, idea)
    form = await read_form(request, ConclusionForm)
    if not form.ok:
        return _conclusion_page(request, viewer, idea, found, form, status=422)
    result, lesson = form.values.result, form.values.lesson
    try:
        await conclude_experiment(db, viewer, idea, found.id, result=result, lesson=lesson)
    except Conflict as refused:
        form.errors["result"] = refused.reason
        return _conclusion_page(request, viewer, idea, found, form, status=409)
    await discard_draft(db, viewer, f"conclusion-{found.id}")
    return go_to(request, f"/experiments/{found.id}", _("Concluded. Everyone can read the result."))


def _plan_page(
    request: AnyRequest,
    viewer: Viewer,
    idea: IdeaView,
    form: Form[PlanForm],
    found: ExperimentView | None = None,
    *,
    status: int = 200,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "pipeline/plan.html",
        status=status,
        idea=idea,
        experiment=found,
        stage=found.stage if found else stage_of_next(idea.stage),
        form=form,
        seen=_seen(found, form, status),
    )


def _seen(found: ExperimentView | None, form: Form[PlanForm], status: int) -> str:
    # Whoever was told of the newer plan has seen it.
    return fingerprint(found) if found and status == 409 else form.value("seen")


def _conclusion_page(
    request: AnyRequest,
    viewer: Viewer,
    idea: IdeaView,
    found: ExperimentView,
    form: Form[ConclusionForm],
    *,
    status: int = 200,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "pipeline/conclusion.html",
        status=status,
        idea=idea,
        experiment=found,
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [
    new,
    plan,
    edit,
    adjust,
    conclusion,
    conclude,
]
