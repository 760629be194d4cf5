"""Handlers for planning, adjusting and concluding experiments."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import N_, _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.pipeline.concluding import conclude_experiment
from ideahub.pipeline.experimenting import (
    change_experiment,
    fingerprint,
    must_experiment,
    plan_experiment,
    stage_for_experiment,
)
from ideahub.pipeline.experiments import ExperimentView
from ideahub.pipeline.web.experiment_steps import ExperimentStep, open_step, take_step
from ideahub.pipeline.web.forms import (
    AdjustmentForm,
    ConclusionForm,
    PlanForm,
    form_of,
    overtaken_plan,
)

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/ideas/{idea_id:int}/experiments/new")
async def new(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[bytes]:
    """The page for planning an experiment, with the viewer's draft."""
    idea = await find_idea(db, viewer, idea_id)
    await must_experiment(db, viewer, idea)
    draft = await find_draft(db, viewer, _plan_key(idea))
    return _plan_page(request, viewer, idea, restored(PlanForm, draft))


@post("/ideas/{idea_id:int}/experiments/new")
async def plan(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Adds an experiment and goes to its page; the form again where it is refused."""
    idea = await find_idea(db, viewer, idea_id)
    await must_experiment(db, viewer, idea)
    form = await read_form(request, PlanForm)
    if form.ok:
        async with form.attempt(db):
            made = await plan_experiment(db, viewer, idea, form.values.plan)
    if not form.ok:
        return _plan_page(request, viewer, idea, form)
    await discard_draft(db, viewer, _plan_key(idea))
    done = _("The plan stands. Readings can be added now. %(seen_by)s", seen_by=idea.seen_by)
    return go_to(request, f"/experiments/{made}", done)


@get("/experiments/{experiment_id:int}/adjustment")
async def edit(
    request: AnyRequest, db: Db, viewer: CurrentViewer, experiment_id: FromPath[int]
) -> Response[bytes]:
    """The page for adjusting the plan."""
    return await open_step(request, db, viewer, experiment_id, ADJUSTMENT, form_of)


@post("/experiments/{experiment_id:int}/adjustment")
async def adjust(
    request: AnyRequest, db: Db, viewer: CurrentViewer, experiment_id: FromPath[int]
) -> Response[Any]:
    """Adjusts the plan, see `take_step`."""
    return await take_step(request, db, viewer, experiment_id, ADJUSTMENT)


@get("/experiments/{experiment_id:int}/conclusion")
async def conclusion(
    request: AnyRequest, db: Db, viewer: CurrentViewer, experiment_id: FromPath[int]
) -> Response[bytes]:
    """The page for concluding an experiment."""
    return await open_step(
        request, db, viewer, experiment_id, CONCLUSION, lambda _found: ConclusionForm()
    )


@post("/experiments/{experiment_id:int}/conclusion")
async def conclude(
    request: AnyRequest, db: Db, viewer: CurrentViewer, experiment_id: FromPath[int]
) -> Response[Any]:
    """Concludes an experiment, see `take_step`."""
    return await take_step(request, db, viewer, experiment_id, CONCLUSION)


async def _adjust(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, experiment_id: int, sent: AdjustmentForm
) -> None:
    await change_experiment(
        db, viewer, idea, experiment_id, sent.plan, seen=sent.seen, why=sent.why
    )


async def _conclude(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, experiment_id: int, sent: ConclusionForm
) -> None:
    await conclude_experiment(
        db, viewer, idea, experiment_id, result=sent.result, lesson=sent.lesson
    )


def _plan_key(idea: IdeaView) -> str:
    return f"experiment-new-{idea.id}"


def _plan_page(
    request: AnyRequest,
    viewer: Viewer,
    idea: IdeaView,
    form: Form[Any],
    found: ExperimentView | None = None,
) -> Response[bytes]:
    is_newer = found is not None and form.status == 409 and form.value("seen") != fingerprint(found)
    return page(
        request,
        viewer,
        "pipeline/plan.html",
        status=form.status,
        idea=idea,
        experiment=found,
        stage=found.stage if found else stage_for_experiment(idea.stage),
        form=form,
        overtaken=overtaken_plan(found, form) if found and is_newer else [],
        # After a Conflict the page shows the newer plan, so the sender has seen that.
        seen=fingerprint(found) if found and form.status == 409 else form.value("seen"),
    )


async def _adjustment_page(
    request: AnyRequest,
    _db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    found: ExperimentView,
    form: Form[AdjustmentForm],
) -> Response[bytes]:
    return _plan_page(request, viewer, idea, form, found)


async def _conclusion_page(
    request: AnyRequest,
    _db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    found: ExperimentView,
    form: Form[ConclusionForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "pipeline/conclusion.html",
        status=form.status,
        idea=idea,
        experiment=found,
        form=form,
    )


ADJUSTMENT = ExperimentStep(
    AdjustmentForm,
    _adjust,
    _adjustment_page,
    N_("Adjusted, and on the record. %(seen_by)s"),
    draft="experiment-edit",
    field="hypothesis",
    missing={"why": N_("Say what made you adjust it: others rely on the plan.")},
)
CONCLUSION = ExperimentStep(
    ConclusionForm,
    _conclude,
    _conclusion_page,
    N_("Concluded, with its result. %(seen_by)s"),
    draft="conclusion",
    field="result",
)
ROUTES: list[ControllerRouterHandler] = [
    new,
    plan,
    edit,
    adjust,
    conclusion,
    conclude,
]
