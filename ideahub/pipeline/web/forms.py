"""The forms for decisions and experiments."""

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ideahub.core.i18n import _
from ideahub.http.forms import amount, choice, day, line, number, prefilled, text
from ideahub.http.overtaken import opened_field, opened_on
from ideahub.ideas.models import Stage
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.experimenting import ExperimentPlan, fingerprint
from ideahub.pipeline.experiments import ExperimentView
from ideahub.pipeline.models import Decision

MOST = "99999999999"


class Direction(StrEnum):
    """Whether higher or lower readings are better."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass
class ReviewForm:
    """A decision at a gate, with the stage and newest review that the reviewer saw."""

    seen_stage: Stage | None = choice(Stage, required=True)
    seen_review: int | None = number(0, 2**62, required=True)
    decision: Decision | None = choice(Decision, required=True)
    reason: str = text(4_000, required=True)
    override_reason: str = text(4_000)
    lesson: str = text()
    wakes_when: str = line(1_000)
    back_to: Stage | None = choice(Stage)

    @property
    def decision_input(self) -> DecisionInput:
        """The fields as the rules take them; only for a form without errors."""
        assert self.decision is not None
        assert self.seen_stage is not None
        return DecisionInput(
            decision=self.decision,
            reason=self.reason,
            seen_stage=self.seen_stage,
            seen_review=self.seen_review or 0,
            override_reason=self.override_reason,
            lesson=self.lesson,
            wakes_when=self.wakes_when,
            back_to=self.back_to,
        )


@dataclass
class PlanForm:
    """The plan of an experiment."""

    hypothesis: str = text(2_000, required=True)
    method: str = text(4_000)
    measure: str = line(200, required=True)
    unit: str = line(40)
    baseline: Decimal | None = amount(MOST, negative=True)
    target: Decimal | None = amount(MOST, negative=True, required=True)
    direction: Direction | None = choice(Direction)
    stop_rule: str = text(2_000)
    starts_on: date | None = day()
    ends_on: date | None = day()

    @property
    def plan(self) -> ExperimentPlan:
        """The fields as the rules take them; only for a form without errors."""
        assert self.target is not None
        return ExperimentPlan(
            hypothesis=self.hypothesis,
            method=self.method,
            measure=self.measure,
            unit=self.unit,
            baseline=self.baseline,
            target=self.target,
            higher_is_better=self.direction is not Direction.LOWER,
            stop_rule=self.stop_rule,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


# The fields of a plan, as its form has them.
PLAN_FIELDS = tuple(field.name for field in fields(PlanForm))


@dataclass
class AdjustmentForm(PlanForm):
    """A changed plan, the reason, and the plan that the form was opened on, with its fingerprint.

    `join` is the button that puts one's own plan and the newest one together without saving them.
    """

    seen: str = line(40)
    opened: str = opened_field()
    why: str = text(2_000, required=True)
    join: str = line(10)


@dataclass
class ReadingForm:
    """A reading."""

    value: Decimal | None = amount(MOST, negative=True, required=True)
    taken_on: date | None = day()
    note: str = line(500)


@dataclass
class ConclusionForm:
    """The result of an experiment, and a lesson if there is one."""

    result: str = text(4_000, required=True)
    lesson: str = text()


def form_of(found: ExperimentView) -> AdjustmentForm:
    """The form for adjusting an experiment, with its present plan."""
    shown = {
        name: getattr(found, name)
        for name in ExperimentPlan.__slots__
        if name != "higher_is_better"
    }
    figures = [name for name in ("baseline", "target") if shown[name] is not None]
    # As people write them: 17, not 17.0000.
    shown |= {name: f"{shown[name].normalize():f}" for name in figures}
    direction = Direction.HIGHER if found.higher_is_better else Direction.LOWER
    plan = AdjustmentForm(**shown, direction=direction, seen=fingerprint(found))
    return replace(plan, opened=opened_on(prefilled(plan).typed, PLAN_FIELDS))


def in_words(name: str, typed: str) -> str:
    """The text of a field of a plan as people read it."""
    if name == "direction":
        return _("Lower is better") if typed == Direction.LOWER else _("Higher is better")
    return typed
