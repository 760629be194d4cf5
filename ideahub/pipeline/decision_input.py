"""What a reviewer has chosen and written, and whether it repeats their last decision."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import N_, _
from ideahub.core.refusals import Conflict, Invalid
from ideahub.ideas.models import PATH, Stage
from ideahub.ideas.stages import stage_choice
from ideahub.pipeline.learning import has_lesson
from ideahub.pipeline.models import Decision, Review

# The fields that belong to one decision only: each with that decision and its name.
OWN_WORDS = {
    "override_reason": (Decision.ADVANCE, N_("Move on")),
    "wakes_when": (Decision.PARK, N_("Park")),
    "lesson": (Decision.STOP, N_("Stop, and keep the lesson")),
}


@dataclass(frozen=True, slots=True)
class DecisionInput:
    """What a reviewer has chosen and written, and the stage and newest review that they saw."""

    decision: Decision
    reason: str
    seen_stage: Stage
    seen_review: int = 0
    override_reason: str = ""
    lesson: str = ""
    wakes_when: str = ""
    back_to: Stage | None = None


def must_fit_decision(decision_input: DecisionInput) -> None:
    """Raises Invalid for fields that are filled in but belong to another decision, as they would be
    lost."""
    misplaced = {
        name: _(
            "This belongs to another decision (%(decision)s). Move it to the reason, or empty this "
            "field.",
            decision=_(called),
        )
        for name, (decision, called) in OWN_WORDS.items()
        if getattr(decision_input, name) and decision_input.decision is not decision
    }
    if misplaced:
        raise Invalid(errors=misplaced)


def earlier_stages(stage: Stage) -> tuple[Stage, ...]:
    """The stages that an idea can be sent back to, the nearest first; none for one off the path."""
    return tuple(reversed(PATH[: PATH.index(stage)])) if stage in PATH else ()


async def must_repeat(db: AsyncSession, review: Review, decision_input: DecisionInput) -> None:
    """Raises Conflict where the reviewer's last review differs from this decision, and Invalid as
    `must_fit_decision` does."""
    must_fit_decision(decision_input)
    if _says(review, decision_input) and await _has_lesson(db, review, decision_input):
        return
    raise Conflict(
        _(
            "You have decided on this idea already, in other words; it stands at %(stage)s now. "
            "Your text is kept: look at what you decided, then decide again to add to it.",
            stage=stage_choice(Stage(review.to_stage)).name,
        )
    )


def _says(review: Review, decision_input: DecisionInput) -> bool:
    if (review.decision, review.reason) != (decision_input.decision, decision_input.reason):
        return False
    match decision_input.decision:
        case Decision.ADVANCE:
            # A reason for overriding was stored only where a criterion was not met.
            overridden = not all(criterion["met"] for criterion in review.evidence)
            return not overridden or review.override_reason == decision_input.override_reason
        case Decision.SEND_BACK:
            back_to = decision_input.back_to or earlier_stages(Stage(review.from_stage))[0]
            return review.to_stage == back_to
        case Decision.PARK:
            return review.wakes_when == decision_input.wakes_when
    return True


async def _has_lesson(db: AsyncSession, review: Review, decision_input: DecisionInput) -> bool:
    if decision_input.decision is not Decision.STOP:
        return True
    return await has_lesson(db, review.idea_id, review.reviewer_id, decision_input.lesson)
