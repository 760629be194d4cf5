"""Planning an experiment, and adjusting it on the record."""

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
from ideahub.ideas.submitting import lock_idea
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.models import Experiment, ExperimentAdjustment

CLOSED = {Stage.ADOPTED, Stage.LEARNED, Stage.PARKED}


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """What is tried, how one will know, and when one would stop."""

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
    """Whether the viewer may plan experiments for this idea and take their readings."""
    return is_reviewer(viewer, idea.organisation_id) or await is_author(db, viewer, idea)


async def must_experiment(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> int:
    """The person's number if they may; raises SignInNeeded, Forbidden or Conflict."""
    person_id = viewer.person_id
    if not await may_experiment(db, viewer, idea):
        raise Forbidden(_("Its authors and those who review it run this idea's experiments."))
    if not idea.is_listed:
        raise Conflict(_("This idea is out of the lists, so nothing is added to it now."))
    return person_id


def stage_of_next(stage: Stage) -> Stage:
    """Which stage an experiment is for that is planned at this one."""
    return Stage.PILOT if stage == Stage.PILOT else Stage.PROTOTYPE


async def plan_experiment(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, plan: ExperimentPlan
) -> int:
    """Plans an experiment and returns its number; the same plan sent again makes none.

    Raises Forbidden for those who may not, Conflict where the idea has left the path.
    """
    person_id = await must_experiment(db, viewer, idea)
    _must_make_sense(plan)
    row = await lock_idea(db, idea.id)
    if row.stage in CLOSED:
        raise Conflict(_("This idea is not on its way now, so no experiment is planned for it."))
    stage, planned = stage_of_next(row.stage), {name: getattr(plan, name) for name in PLANNED}
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
    """Adjusts the plan and keeps what was and what is now; whether that is new.

    Raises Invalid where nothing is changed, and Conflict when it is concluded, when it
    changed since the form with the fingerprint `seen` was opened, or when the same change
    stands there with another reason.
    """
    person_id = await must_experiment(db, viewer, idea)
    _must_make_sense(plan)
    experiment = await running_experiment(db, idea, experiment_id)
    changed = [name for name in PLANNED if getattr(experiment, name) != getattr(plan, name)]
    if not changed:
        await _must_be_adjusted_so(db, experiment, seen=seen, why=why)
        return False
    if seen != fingerprint(experiment):
        raise _adjusted_meanwhile()
    changes = [
        changed_field(name, getattr(experiment, name), getattr(plan, name)) for name in changed
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
            "kept: compare it with the page of the experiment, then send it again."
        )
    )


def changed_field(name: str, before: Any, after: Any) -> dict[str, Any]:
    """A change as an adjustment keeps it: values as JSON has them."""
    return {"field": name, "before": _plain(before), "after": _plain(after)}


async def _must_be_adjusted_so(
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
    """The experiment's row, locked; raises Conflict when it is concluded."""
    experiment = await lock_experiment(db, idea, experiment_id)
    _must_run(experiment)
    return experiment


async def lock_experiment(db: AsyncSession, idea: IdeaView, experiment_id: int) -> Experiment:
    """The experiment's row, held until the transaction ends; raises NotFound."""
    found = await locked(db, Experiment, experiment_id)
    if found.idea_id != idea.id:
        raise NotFound
    return found


def fingerprint(plan: Any) -> str:
    """Something short that differs whenever the plan does."""
    text = "\x1f".join(f"{_plain(getattr(plan, name))}" for name in PLANNED)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def _must_make_sense(plan: ExperimentPlan) -> None:
    if plan.starts_on and plan.ends_on and plan.ends_on < plan.starts_on:
        raise Invalid(_("It cannot end before it begins."), field="ends_on")


def _must_run(experiment: Experiment) -> None:
    if experiment.concluded_at:
        raise Conflict(_("This experiment is concluded; what it showed is on the record."))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        # 12 and 12.0000 are the same figure.
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value
