"""What the handlers of a running experiment have in common: adjusting, readings, concluding."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to
from ideahub.ideas.queries import IdeaView
from ideahub.pipeline.experimenting import must_experiment
from ideahub.pipeline.experiments import ExperimentView, find_experiment

Rule = Callable[[AsyncSession, Viewer, IdeaView, int, Any], Awaitable[object]]
ShowStep = Callable[
    [AnyRequest, AsyncSession, Viewer, IdeaView, ExperimentView, Form[Any]],
    Awaitable[Response[bytes]],
]


class ExperimentStep(NamedTuple):
    """A step of an experiment that is taken with a form.

    `rule` takes the step, `show` makes the page with the form, `done` is the notice afterwards.
    `draft` is the beginning of its drafts' names, empty where it keeps none. `field` is the field
    for refusals without one; where it is empty, these have a page of their own. `missing` has the
    errors of fields that are left empty.
    """

    form: type[Any]
    rule: Rule
    show: ShowStep
    done: str
    draft: str = ""
    field: str = ""
    missing: Mapping[str, str] = {}

    def draft_key(self, found: ExperimentView) -> str:
        """The name of the form under which a draft of this step is kept."""
        return f"{self.draft}-{found.id}"


async def open_step(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    experiment_id: int,
    step: ExperimentStep,
    begun: Callable[[ExperimentView], Any],
) -> Response[bytes]:
    """The page of a step, with the viewer's draft; `begun` makes the form's values for fields that
    the draft does not have."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await must_experiment(db, viewer, idea)
    draft = await find_draft(db, viewer, step.draft_key(found))
    return await step.show(request, db, viewer, idea, found, prefilled(begun(found), draft))


async def take_step(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, experiment_id: int, step: ExperimentStep
) -> Response[Any]:
    """Takes a step with the form that was sent, and goes to the experiment; the form again where
    it is refused."""
    idea, found = await find_experiment(db, viewer, experiment_id)
    await must_experiment(db, viewer, idea)
    form: Form[Any] = await read_form(request, step.form)
    say_what_is_missing(form, **{name: _(text) for name, text in step.missing.items()})
    if form.ok:
        async with form.attempt(db, step.field):
            await step.rule(db, viewer, idea, found.id, form.values)
    if not form.ok:
        return await step.show(request, db, viewer, idea, found, form)
    if step.draft:
        await discard_draft(db, viewer, step.draft_key(found))
    return go_to(request, f"/experiments/{found.id}", _(step.done, seen_by=idea.seen_by))
