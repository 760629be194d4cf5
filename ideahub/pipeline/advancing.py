"""Rules for deciding at gates: advance, hold, send back, stop, park or wake an idea."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.own_names import is_own
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Role, Viewer
from ideahub.ideas.models import PATH, Idea, Stage
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.stages import stage_choice
from ideahub.ideas.taking_new import lock_open_idea
from ideahub.pipeline.decision_input import (
    DecisionInput,
    earlier_stages,
    must_fit_decision,
    must_repeat,
)
from ideahub.pipeline.describing import missing_things
from ideahub.pipeline.learning import record_lesson
from ideahub.pipeline.measuring import GateStatus, measure_one
from ideahub.pipeline.models import Decision, Review

KINDS = {
    Decision.ADVANCE: Kind.STAGE_ADVANCED,
    Decision.HOLD: Kind.STAGE_HELD,
    Decision.SEND_BACK: Kind.STAGE_SENT_BACK,
    Decision.STOP: Kind.IDEA_STOPPED,
    Decision.PARK: Kind.IDEA_PARKED,
    Decision.WAKE: Kind.IDEA_WOKEN,
}


def is_reviewer(viewer: Viewer, organisation_id: int) -> bool:
    """Whether the viewer has a role that may decide on ideas of this organisation's campaigns."""
    return viewer.holds(Role.MANAGER, organisation_id) or viewer.holds(Role.LEADER, organisation_id)


async def must_review(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> int:
    """The viewer's number, if they may decide on the idea.

    Raises SignInNeeded, and Forbidden for anyone but a manager or leader, and for the idea's
    authors, under whatever name.
    """
    person_id = viewer.person_id
    if not is_reviewer(viewer, idea.organisation_id):
        raise Forbidden(_("Only managers and leaders of this organisation decide at its gates."))
    if await is_author(db, viewer, idea) or await is_own(db, viewer, idea.author_id):
        raise Forbidden(_("Nobody decides on an idea of their own. Ask a colleague to review it."))
    return person_id


async def decide(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, decision_input: DecisionInput
) -> Review:
    """Decides on an idea and returns the review; where the viewer has decided the same already,
    only returns that review.

    Raises what `must_review` raises; Conflict where the idea was withdrawn or hidden, and where
    somebody (also the viewer, in other words) has decided since the viewer saw it; Invalid for a
    decision that is not possible, a text that is missing, and one that belongs to another decision.
    """
    reviewer_id = await must_review(db, viewer, idea)
    # Rendered before the row is locked, as a long text takes a while.
    lesson_html = await markdown_html(decision_input.lesson)
    row = await lock_open_idea(db, idea.id)
    last = await last_review(db, idea.id)
    if last and last.reviewer_id == reviewer_id and last.id > decision_input.seen_review:
        await must_repeat(db, last, decision_input)
        return last
    _must_be_unchanged(row, last, decision_input)
    status = await measure_one(db, idea.id)
    to_stage = _target(status, decision_input)
    must_fit_decision(decision_input)
    _must_be_complete(status, decision_input)
    review = _review(reviewer_id, status, decision_input, to_stage)
    db.add(review)
    move(row, to_stage)
    if decision_input.decision is Decision.STOP:
        await record_lesson(db, idea.id, reviewer_id, decision_input.lesson, lesson_html)
    await record(
        db,
        KINDS[decision_input.decision],
        viewer,
        on=idea,
        subject=review,
        from_stage=status.stage,
        to_stage=to_stage,
        overridden=bool(review.override_reason),
    )
    return review


def possible_decisions(status: GateStatus) -> tuple[Decision, ...]:
    """The decisions that are possible for an idea with this status."""
    if status.stage is Stage.LEARNED:
        return (Decision.WAKE,)
    if status.stage is Stage.PARKED:
        return (Decision.WAKE, Decision.STOP)
    ahead = (Decision.ADVANCE,) if status.next_stage else ()
    back = (Decision.SEND_BACK,) if earlier_stages(status.stage) else ()
    return (*ahead, Decision.HOLD, *back, Decision.PARK, Decision.STOP)


async def last_review(db: AsyncSession, idea_id: int) -> Review | None:
    """The newest review of the idea, None if there is none."""
    newest = select(Review).where(Review.idea_id == idea_id).order_by(Review.id.desc())
    return await db.scalar(newest.limit(1))


def _must_be_unchanged(row: Idea, last: Review | None, decision_input: DecisionInput) -> None:
    if (
        row.stage != decision_input.seen_stage
        or (last.id if last else 0) != decision_input.seen_review
    ):
        raise Conflict(
            _(
                "Somebody else decided on this idea while you were writing; it stands at "
                "%(stage)s now. Your text is kept: look at what changed, then decide again.",
                stage=stage_choice(Stage(row.stage)).name,
            )
        )


def _target(status: GateStatus, decision_input: DecisionInput) -> Stage:
    if decision_input.decision not in possible_decisions(status):
        raise Invalid(_("This cannot be decided where the idea stands now."), field="decision")
    match decision_input.decision:
        case Decision.ADVANCE:
            return status.next_stage or status.stage
        case Decision.SEND_BACK:
            return _back_to(status, decision_input)
        case Decision.STOP:
            return Stage.LEARNED
        case Decision.PARK:
            return Stage.PARKED
        case Decision.WAKE:
            return status.path_stage
    return status.stage


def _back_to(status: GateStatus, decision_input: DecisionInput) -> Stage:
    earlier = earlier_stages(status.stage)
    if decision_input.back_to is not None and decision_input.back_to not in earlier:
        raise Invalid(_("Choose a stage that lies before the present one."), field="back_to")
    return decision_input.back_to or earlier[0]


def _overrides(status: GateStatus, decision_input: DecisionInput) -> bool:
    return decision_input.decision is Decision.ADVANCE and bool(status.unmet)


def _must_be_complete(status: GateStatus, decision_input: DecisionInput) -> None:
    if not decision_input.reason:
        raise Invalid(
            _("Say why. Everyone who cares about this idea will read it."), field="reason"
        )
    if _overrides(status, decision_input) and not decision_input.override_reason:
        raise Invalid(
            _(
                # Translators: %(things)s is a list, as after “Needs”.
                "Not everything is met: it needs %(things)s. Say why it should go on all the same.",
                things=missing_things(status),
            ),
            field="override_reason",
        )
    if decision_input.decision is Decision.STOP and not decision_input.lesson:
        raise Invalid(_("Write down what we learned, so that others need not."), field="lesson")
    if decision_input.decision is Decision.PARK and not decision_input.wakes_when:
        raise Invalid(_("Say what has to happen for this idea to be woken."), field="wakes_when")


def _review(
    reviewer_id: int, status: GateStatus, decision_input: DecisionInput, to_stage: Stage
) -> Review:
    return Review(
        idea_id=status.idea_id,
        reviewer_id=reviewer_id,
        decision=decision_input.decision,
        from_stage=status.stage,
        to_stage=to_stage,
        reason=decision_input.reason,
        override_reason=decision_input.override_reason
        if _overrides(status, decision_input)
        else "",
        wakes_when=decision_input.wakes_when,
        evidence=status.evidence,
    )


def move(row: Idea, to_stage: Stage) -> None:
    """Brings a locked idea to a stage; does nothing where it is there."""
    if row.stage == to_stage:
        return
    row.stage = to_stage
    row.stage_since = func.statement_timestamp()
    if to_stage in PATH:
        row.path_stage = to_stage
