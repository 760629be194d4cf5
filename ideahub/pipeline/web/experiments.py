"""Handlers for planning, adjusting and concluding experiments."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import N_, _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form, restored
from ideahub.http.overtaken import OvertakenForm, compare, put_together
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
from ideahub.pipeline.experiments import ExperimentView, find_experiment
from ideahub.pipeline.web.experiment_steps import ExperimentStep, open_step, take_step
from ideahub.pipeline.web.forms import (
    PLAN_FIELDS,
    AdjustmentForm,
    ConclusionForm,
    PlanForm,
    form_of,
    in_words,
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
    return await _plan_page(request, viewer, idea, restored(PlanForm, draft))


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
        return await _plan_page(request, viewer, idea, form)
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
    """Adjusts the plan, see `take_step`; the form again where the button that puts both plans
    together was pressed."""
    form = await read_form(request, AdjustmentForm)
    if form.values.join:
        idea, found = await find_experiment(db, viewer, experiment_id)
        await must_experiment(db, viewer, idea)
        form, both = await put_together(form, prefilled(form_of(found)), PLAN_FIELDS, in_words)
        form.typed = {**form.typed, "seen": fingerprint(found)}
        return await _plan_page(request, viewer, idea, form, found, both)
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


async def _plan_page(
    request: AnyRequest,
    viewer: Viewer,
    idea: IdeaView,
    form: Form[Any],
    found: ExperimentView | None = None,
    overtaken: OvertakenForm | None = None,
) -> Response[bytes]:
    seen = form.value("seen")
    if found and form.status == Conflict.status:
        # The page shows the newer plan, so the sender has seen that.
        if seen != fingerprint(found):
            overtaken = await compare(form, prefilled(form_of(found)), PLAN_FIELDS, in_words)
        seen = fingerprint(found)
    return page(
        request,
        viewer,
        "pipeline/plan.html",
        status=form.status,
        idea=idea,
        experiment=found,
        stage=found.stage if found else stage_for_experiment(idea.stage),
        form=form,
        overtaken=overtaken,
        seen=seen,
    )


async def _adjustment_page(
    request: AnyRequest,
    _db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    found: ExperimentView,
    form: Form[AdjustmentForm],
) -> Response[bytes]:
    return await _plan_page(request, viewer, idea, form, found)


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
