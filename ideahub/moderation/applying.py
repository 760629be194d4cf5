"""What the measures do to a text and its author, and how each is reversed."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.hiding import (
    hide_contribution,
    release_contribution,
    show_contribution,
)
from ideahub.core.events import Kind, record
from ideahub.core.holding import redact_copies
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.hiding import hide_idea, release_idea, show_idea
from ideahub.ideas.models import Idea
from ideahub.moderation.models import (
    Measure,
    ModerationCase,
    ModerationDecision,
    Redaction,
    TextKind,
)
from ideahub.moderation.personal_data import PersonalPart
from ideahub.moderation.redacting import redact, restore
from ideahub.moderation.suspending import SuspendedFrom, end_suspension, suspend

# Decisions that change nothing on open pages have one event; the others have that of the text.
KINDS = {
    Measure.NONE: Kind.TEXT_LEFT,
    Measure.RELEASE: Kind.TEXT_RELEASED,
    Measure.WARN: Kind.PERSON_WARNED,
}


async def apply_measure(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    *,
    days: int,
    place: SuspendedFrom,
    parts: Sequence[PersonalPart],
) -> None:
    """Does what was decided, and records it."""
    measure = decision.measure
    if measure == Measure.RELEASE:
        await _release(db, case)
    if measure in KINDS:
        await record(db, KINDS[measure], viewer, subject=decision, decision=decision.id)
    elif measure == Measure.SUSPEND:
        await suspend(db, viewer, case, decision, days=days, place=place)
    elif measure in {Measure.HIDE, Measure.RETURN}:
        await _hide(db, viewer, case, decision)
    else:
        await _take_out(db, viewer, case, decision, parts)


async def reverse(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    undone: ModerationDecision,
) -> None:
    """Puts back what a decision changed, and records it as the decision `undone`."""
    if decision.measure in {Measure.HIDE, Measure.RETURN}:
        await _show(db, viewer, case, undone)
    elif decision.measure in {Measure.EDIT, Measure.MASK}:
        await _put_back(db, viewer, case, decision, undone)
    elif decision.measure == Measure.SUSPEND:
        await end_suspension(db, viewer, decision.id)
    else:
        await record(db, Kind.TEXT_LEFT, viewer, subject=undone, decision=undone.id)


async def _hide(
    db: AsyncSession, viewer: Viewer, case: ModerationCase, decision: ModerationDecision
) -> None:
    if decision.measure == Measure.RETURN:
        case.returned_at = await db.scalar(select(func.now()))
    if case.text_kind == TextKind.IDEA:
        reason = "\n".join(filter(None, (decision.rule_text, decision.words)))
        hidden = await hide_idea(db, viewer, case.text_id, reason, decision=decision.id)
    else:
        hidden = await hide_contribution(db, viewer, case.text_id, decision=decision.id)
    if not hidden:
        # It was held, so no open page shows it; but its author is told.
        await record(db, Kind.TEXT_HIDDEN, viewer, subject=decision, decision=decision.id)


async def _release(db: AsyncSession, case: ModerationCase) -> None:
    if case.text_kind == TextKind.IDEA:
        await release_idea(db, case.text_id)
    else:
        await release_contribution(db, case.text_id)


async def _show(
    db: AsyncSession, viewer: Viewer, case: ModerationCase, undone: ModerationDecision
) -> None:
    if case.held_at:
        # Others never saw it, so it appears as new.
        await _release(db, case)
        await record(db, Kind.TEXT_RELEASED, viewer, subject=undone, decision=undone.id)
    elif case.text_kind == TextKind.IDEA:
        await show_idea(db, viewer, case.text_id, decision=undone.id)
    else:
        await show_contribution(db, viewer, case.text_id, decision=undone.id)


async def _take_out(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    parts: Sequence[PersonalPart],
) -> None:
    is_mask = decision.measure == Measure.MASK
    replaced = [(part.text, part.mask if is_mask else taken_out()) for part in parts]
    await redact(
        db,
        viewer,
        case.text_kind,
        case.text_id,
        replaced,
        parts=[part.kind for part in parts],
        decision_id=decision.id,
        forgotten=is_mask,
    )
    if case.idea_id and is_mask:
        await redact_copies(db, case.idea_id, replaced)
    await _record_on_idea(db, Kind.TEXT_REDACTED, viewer, case, decision)
    if case.held_at:
        # What made it wait is gone, and the rest was looked at.
        await _release(db, case)


def taken_out() -> str:
    """What stands in the place of a part that was taken out, in the current language."""
    return _("[taken out by the moderators]")


async def _put_back(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    undone: ModerationDecision,
) -> None:
    found = select(Redaction).where(Redaction.decision_id == decision.id)
    redaction = (await db.scalars(found)).one()
    if not await restore(db, redaction):
        raise Conflict(_("The original was deleted after 30 days, so it cannot be put back."))
    await _record_on_idea(db, Kind.TEXT_RESTORED, viewer, case, undone)


async def _record_on_idea(
    db: AsyncSession, kind: Kind, viewer: Viewer, case: ModerationCase, decision: ModerationDecision
) -> None:
    idea = await db.get(Idea, case.idea_id)
    await record(db, kind, viewer, on=idea, subject=decision, decision=decision.id)
