"""Concluding an experiment with what it showed and taught."""

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
from ideahub.pipeline.learning import is_kept, keep_lesson
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
    """Ends an experiment with what it showed, and keeps its lesson, unless that was done.

    Raises Conflict when it was concluded with another result or lesson.
    """
    person_id = await must_experiment(db, viewer, idea)
    # While nobody waits for the row: a long text takes a while.
    html = await markdown_html(lesson)
    experiment = await lock_experiment(db, idea, experiment_id)
    if experiment.concluded_at:
        await _must_have_shown(db, idea, experiment, result, lesson)
        return
    experiment.result = result
    experiment.concluded_at = func.statement_timestamp()
    experiment.concluded_by = person_id
    if lesson:
        await keep_lesson(db, idea.id, person_id, lesson, html)
    await record(db, Kind.EXPERIMENT_CONCLUDED, viewer, on=idea, subject=experiment)


async def _must_have_shown(
    db: AsyncSession, idea: IdeaView, experiment: Experiment, result: str, lesson: str
) -> None:
    by = experiment.concluded_by
    if experiment.result == result and (not lesson or await is_kept(db, idea.id, by, lesson)):
        return
    raise Conflict(
        _(
            "%(name)s has concluded this experiment already, in other words; they are on the "
            "record. Your text is kept: if others should read it, add it below the idea.",
            name=await find_name_on_idea(db, idea, by),
        )
    )
