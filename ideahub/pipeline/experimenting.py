"""Rules for planning an experiment and adjusting its plan."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.taking_new import lock_open_idea, must_take_new
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.models import Experiment, ExperimentAdjustment

CLOSED = {Stage.ADOPTED, Stage.LEARNED, Stage.PARKED}


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """The plan of an experiment: what is tried, how it is measured, when it would be stopped."""

    hypothesis: str
    measure: str
    target: Decimal
    method: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    higher_is_better: bool = True
    stop_rule: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


PLANNED = tuple(field.name for field in fields(ExperimentPlan))


async def may_experiment(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """Whether the viewer is an author or reviewer, who may plan experiments and add readings."""
    return is_reviewer(viewer, idea.organisation_id) or await is_author(db, viewer, idea)


async def must_experiment(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> int:
    """The viewer's number, if they may run experiments for the idea now.

    Raises SignInNeeded, Forbidden where `may_experiment` says no, Conflict where the idea was
    withdrawn or hidden.
    """
    person_id = viewer.person_id
    if not await may_experiment(db, viewer, idea):
        raise Forbidden(_("Its authors and those who review it run this idea's experiments."))
    must_take_new(idea)
    return person_id


def stage_for_experiment(stage: Stage) -> Stage:
    """The stage that an experiment is for which is planned while the idea is at `stage`."""
    return Stage.PILOT if stage == Stage.PILOT else Stage.PROTOTYPE


async def plan_experiment(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, plan: ExperimentPlan
) -> int:
    """Adds an experiment and returns its number; for a plan that the viewer has made already, only
    returns its number.

    Raises what `must_experiment` raises, Invalid for an end before the start, Conflict where the
    idea is adopted, learned or parked.
    """
    person_id = await must_experiment(db, viewer, idea)
    _must_end_after_start(plan)
    row = await lock_open_idea(db, idea.id)
    if row.stage in CLOSED:
        raise Conflict(_("This idea is not on its way now, so no experiment is planned for it."))
    stage = stage_for_experiment(row.stage)
    planned = {name: getattr(plan, name) for name in PLANNED}
    again = await db.scalar(
        select(Experiment.id).filter_by(
            idea_id=idea.id, stage=stage, created_by=person_id, concluded_at=None, **planned
        )
    )
    if again is not None:
        return again
    experiment = Experiment(idea_id=idea.id, stage=stage, created_by=person_id, **planned)
    db.add(experiment)
    await record(db, Kind.EXPERIMENT_PLANNED, viewer, on=idea, subject=experiment)
    return experiment.id


async def change_experiment(
    db: AsyncSession,
    viewer: Viewer,
    idea: IdeaView,
    experiment_id: int,
    plan: ExperimentPlan,
    *,
    seen: str,
    why: str,
) -> bool:
    """Changes the plan and records an adjustment with the reason `why`; returns False where the
    same was done already.

    `seen` is the fingerprint of the plan when the form was opened. Raises what `must_experiment`
    raises; Invalid where nothing is changed, and for an end before the start; Conflict where the
    experiment is concluded, where somebody else has changed the plan meanwhile, and where the same
    change was made for another reason.
    """
    person_id = await must_experiment(db, viewer, idea)
    _must_end_after_start(plan)
    experiment = await running_experiment(db, idea, experiment_id)
    changed = [name for name in PLANNED if getattr(experiment, name) != getattr(plan, name)]
    if not changed:
        await _must_repeat_adjustment(db, experiment, seen=seen, why=why)
        return False
    if seen != fingerprint(experiment):
        raise _adjusted_meanwhile()
    changes = [
        stored_change(name, getattr(experiment, name), getattr(plan, name)) for name in changed
    ]
    for name in changed:
        setattr(experiment, name, getattr(plan, name))
    db.add(
        ExperimentAdjustment(
            experiment_id=experiment.id, author_id=person_id, why=why, changes=changes
        )
    )
    await record(db, Kind.EXPERIMENT_CHANGED, viewer, on=idea, subject=experiment)
    return True


def _adjusted_meanwhile() -> Conflict:
    return Conflict(
        _(
            "Somebody else adjusted this experiment while you were writing. Your text is "
            "kept: see what it would change in the newest plan, then send it again."
        )
    )


def stored_change(name: str, before: Any, after: Any) -> dict[str, Any]:
    """A change of a field, as ExperimentAdjustment.changes stores it in JSON."""
    return {"field": name, "before": _plain(before), "after": _plain(after)}


async def _must_repeat_adjustment(
    db: AsyncSession, experiment: Experiment, *, seen: str, why: str
) -> None:
    if seen == fingerprint(experiment):
        raise Invalid(
            _(
                "Nothing in the plan has changed, so there is nothing to put on record. "
                "Change what you adjust, or leave this page."
            ),
            field="why",
        )
    adjusted = await db.scalar(
        select(ExperimentAdjustment.id)
        .where(
            ExperimentAdjustment.experiment_id == experiment.id,
            ExperimentAdjustment.why == why,
        )
        .limit(1)
    )
    if adjusted is None:
        raise Conflict(
            _(
                "The plan reads like this already, adjusted for another reason. Your text is "
                "kept: if others should read it, add it below the idea."
            )
        )


async def running_experiment(db: AsyncSession, idea: IdeaView, experiment_id: int) -> Experiment:
    """As `lock_experiment`; raises Conflict also where it is concluded."""
    experiment = await lock_experiment(db, idea, experiment_id)
    _must_not_be_concluded(experiment)
    return experiment


async def lock_experiment(db: AsyncSession, idea: IdeaView, experiment_id: int) -> Experiment:
    """The experiment's row and that of its idea, locked until the transaction ends; raises
    NotFound, and Conflict where the idea was withdrawn or hidden."""
    await lock_open_idea(db, idea.id)
    found = await locked(db, Experiment, experiment_id)
    if found.idea_id != idea.id:
        raise NotFound
    return found


def fingerprint(plan: Any) -> str:
    """A short hash of a plan, for detecting that it was changed meanwhile; `plan` is anything with
    the fields of ExperimentPlan."""
    text = "\x1f".join(f"{_plain(getattr(plan, name))}" for name in PLANNED)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _must_end_after_start(plan: ExperimentPlan) -> None:
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        raise Invalid(_("It cannot end before it begins."), field="ends_on")


def _must_not_be_concluded(experiment: Experiment) -> None:
    if experiment.concluded_at:
        raise Conflict(_("This experiment is concluded; what it showed is on the record."))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # 12 and 12.0000 are the same figure.
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
