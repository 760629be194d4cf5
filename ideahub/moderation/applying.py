"""What the measures do to a text and its author, and how each is reversed."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.moderation.models import Measure, ModerationCase, ModerationDecision
from ideahub.moderation.personal_data import PersonalPart
from ideahub.moderation.redacting import redact
from ideahub.moderation.redacting_copies import redact_elsewhere
from ideahub.moderation.sights import hide, put_back, record_where_it_stands, release, show
from ideahub.moderation.suspending import SuspendedFrom, end_suspension, suspend
from ideahub.moderation.texts import text_of

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
        await release(db, case)
    if measure in KINDS:
        await record(db, KINDS[measure], viewer, subject=decision, decision=decision.id)
    elif measure == Measure.SUSPEND:
        await suspend(db, viewer, case, decision, days=days, place=place)
    elif measure in {Measure.HIDE, Measure.RETURN}:
        if measure == Measure.RETURN:
            case.returned_at = await db.scalar(select(func.now()))
        await hide(db, viewer, case, decision)
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
        await show(db, viewer, case, decision, undone)
    elif decision.measure in {Measure.EDIT, Measure.MASK}:
        await put_back(db, viewer, case, decision, undone)
    elif decision.measure == Measure.SUSPEND:
        await end_suspension(db, viewer, decision.id)
    else:
        await record(db, Kind.TEXT_LEFT, viewer, subject=undone, decision=undone.id)


async def _take_out(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    parts: Sequence[PersonalPart],
) -> None:
    is_mask = decision.measure == Measure.MASK
    replaced = [(part.text, part.mask if is_mask else taken_out()) for part in parts]
    redaction = await redact(
        db,
        viewer,
        case.text_kind,
        case.text_id,
        replaced,
        parts=[part.kind for part in parts],
        decision_id=decision.id,
        forgotten=is_mask,
    )
    text = await text_of(db, case.text_kind, case.text_id)
    await redact_elsewhere(db, text, redaction, replaced)
    await record_where_it_stands(db, Kind.TEXT_REDACTED, viewer, case, decision)
    if case.held_at:
        # What made it wait is gone, and the rest was looked at.
        await release(db, case)


def taken_out() -> str:
    """What stands in the place of a part that was taken out, in the current language."""
    return _("[taken out by the moderators]")
