"""The rule for concluding an experiment with its result and lesson."""

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.ideas.crediting import find_name_on_idea
from ideahub.ideas.queries import IdeaView
from ideahub.pipeline.experimenting import lock_experiment, must_experiment
from ideahub.pipeline.learning import has_lesson, record_lesson
from ideahub.pipeline.models import Experiment


async def conclude_experiment(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    experiment_id: int,
    *,
    result: str,
    lesson: str = "",
) -> None:
    """Concludes an experiment with its result, and records the lesson if there is one. Does nothing
    where it is concluded with the same result and lesson already.

    Raises what `must_experiment` raises, and Conflict where it is concluded with others.
    """
    person_id = await must_experiment(db, viewer, idea)
    # Rendered before the row is locked, as a long text takes a while.
    html = await markdown_html(lesson)
    experiment = await lock_experiment(db, idea, experiment_id)
    if experiment.concluded_at:
        await _must_be_the_same(db, idea, experiment, result, lesson)
        return
    experiment.result = result
    experiment.concluded_at = func.statement_timestamp()
    experiment.concluded_by = person_id
    if lesson:
        await record_lesson(db, idea.id, person_id, lesson, html)
    await record(db, Kind.EXPERIMENT_CONCLUDED, viewer, on=idea, subject=experiment)


async def _must_be_the_same(
    db: AsyncSession, idea: IdeaView, experiment: Experiment, result: str, lesson: str
) -> None:
    by = experiment.concluded_by
    if experiment.result == result and (not lesson or await has_lesson(db, idea.id, by, lesson)):
        return
    raise Conflict(
        _(
            "%(name)s has concluded this experiment already, in other words; they are on the "
            "record. Your text is kept: if others should read it, add it below the idea.",
            name=await find_name_on_idea(db, idea, by),
        )
    )
