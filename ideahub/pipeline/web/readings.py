"""Handlers of an experiment's page and its readings."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.ideas.queries import IdeaView
from ideahub.pipeline.advancing import DecisionIncomplete
from ideahub.pipeline.experimenting import may_experiment, must_experiment
from ideahub.pipeline.experiments import ExperimentView, find_experiment
from ideahub.pipeline.observing import strike_reading, take_reading, today_at
from ideahub.pipeline.web.forms import ReadingForm

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Viewer]


@get("/experiments/{experiment_id:int}")
async def show(
    request: AnyRequest, db: Db, viewer: Who, experiment_id: FromPath[int]
) -> Response[bytes]:
    """The page of an experiment: its plan, its readings, what was adjusted."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    form = prefilled(ReadingForm(taken_on=await today_at(db, idea)))
    return await _page(request, db, viewer, idea, found, form)


@post("/experiments/{experiment_id:int}/readings")
async def send_reading(
    request: AnyRequest, db: Db, viewer: Who, experiment_id: FromPath[int]
) -> Response[Any]:
    """Notes a reading."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await must_experiment(db, viewer, idea)
    form = await read_form(request, ReadingForm)
    try:
        if form.ok and form.values.value is not None:
            value, taken_on, note = form.values.value, form.values.taken_on, form.values.note
            await take_reading(
                db, viewer, idea, found.id, value=value, taken_on=taken_on, note=note
            )
            return go_to(request, f"/experiments/{found.id}", _("The reading is on the chart."))
    except DecisionIncomplete as problem:
        form.errors[problem.field] = problem.reason
    return await _page(request, db, viewer, idea, found, form, status=422)


@post("/experiments/{experiment_id:int}/readings/{reading_id:int}/removal")
async def remove_reading(
    request: AnyRequest,
    db: Db,
    viewer: Who,
    experiment_id: FromPath[int],
    reading_id: FromPath[int],
) -> Response[Any]:
    """Takes out a reading that was wrong."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await strike_reading(db, viewer, idea, found.id, reading_id)
    return go_to(request, f"/experiments/{found.id}", _("Taken out. The record says what it was."))


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    found: ExperimentView,
    form: Form[ReadingForm],
    *,
    status: int = 200,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "pipeline/experiment.html",
        status=status,
        rooms=(f"idea:{idea.id}",),
        idea=idea,
        experiment=found,
        may=viewer.signed_in and await may_experiment(db, viewer, idea),
        form=form,
    )


ROUTES: list[ControllerRouterHandler] = [show, send_reading, remove_reading]
