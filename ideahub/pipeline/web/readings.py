"""Handlers for an experiment's page and its readings."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import find_draft
from ideahub.core.i18n import N_, _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.requests import keep_unsent
from ideahub.ideas.queries import IdeaView
from ideahub.pipeline.experimenting import may_experiment
from ideahub.pipeline.experiments import ExperimentView, find_experiment
from ideahub.pipeline.observing import strike_reading, take_reading, today_at
from ideahub.pipeline.web.experiment_steps import ExperimentStep, take_step
from ideahub.pipeline.web.forms import ReadingForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/experiments/{experiment_id:int}")
async def show(
    request: AnyRequest, db: Db, viewer: CurrentViewer, experiment_id: FromPath[int]
) -> Response[bytes]:
    """The page of an experiment, with its plan, readings and adjustments."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    draft = await find_draft(db, viewer, READING.draft_key(found))
    form = prefilled(ReadingForm(taken_on=await today_at(db, idea)), draft)
    return await _page(request, db, viewer, idea, found, form)


@post("/experiments/{experiment_id:int}/readings")
async def send_reading(
    request: AnyRequest, db: Db, viewer: CurrentViewer, experiment_id: FromPath[int]
) -> Response[Any]:
    """Adds a reading, see `take_step`."""
    return await take_step(request, db, viewer, experiment_id, READING)


@post("/experiments/{experiment_id:int}/readings/{reading_id:int}/removal")
async def remove_reading(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    experiment_id: FromPath[int],
    reading_id: FromPath[int],
) -> Response[Any]:
    """Strikes out a reading, and goes to the experiment."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await strike_reading(db, viewer, idea, found.id, reading_id)
    await keep_unsent(request, db, viewer)
    return go_to(request, f"/experiments/{found.id}", _("Taken out. The record says what it was."))


async def _take(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, experiment_id: int, sent: ReadingForm
) -> None:
    assert sent.value is not None
    await take_reading(
        db,
        viewer,
        idea,
        experiment_id,
        value=sent.value,
        taken_on=sent.taken_on,
        note=sent.note,
    )


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    found: ExperimentView,
    form: Form[ReadingForm],
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "pipeline/experiment.html",
        status=form.status,
        rooms=(f"idea:{idea.id}",),
        changed_in=idea.rooms,
        idea=idea,
        experiment=found,
        may=viewer.signed_in and await may_experiment(db, viewer, idea),
        form=form,
    )


READING = ExperimentStep(
    ReadingForm, _take, _page, N_("The reading is on the chart."), draft="reading"
)
ROUTES: list[ControllerRouterHandler] = [show, send_reading, remove_reading]
