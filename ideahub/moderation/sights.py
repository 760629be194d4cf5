"""How each kind of text is taken out of others' sight, published, and shown again."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.hiding import (
    hide_contribution,
    release_contribution,
    show_contribution,
)
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.hiding import hide_idea, release_idea, show_idea
from ideahub.ideas.hiding_attachments import hide_attachment, show_attachment
from ideahub.ideas.models import Idea
from ideahub.moderation.changes import publish, refuse
from ideahub.moderation.models import ModerationCase, ModerationDecision, Redaction, TextKind
from ideahub.moderation.redacting import restore, take_all_out
from ideahub.moderation.redacting_copies import blank_elsewhere
from ideahub.moderation.texts import text_of


async def hide(
    db: AsyncSession, viewer: Viewer, case: ModerationCase, decision: ModerationDecision
) -> None:
    """Hides the text of a case, and records it."""
    number = case.text_id
    hidden = False
    if case.text_kind == TextKind.IDEA:
        reason = "\n".join(filter(None, (decision.rule_text, decision.words)))
        hidden = await hide_idea(db, viewer, number, reason, decision=decision.id)
    elif case.text_kind == TextKind.CONTRIBUTION:
        hidden = await hide_contribution(db, viewer, number, decision=decision.id)
    elif case.text_kind == TextKind.CHANGE:
        await refuse(db, case)
    else:
        await _hide_in_place(db, viewer, case, decision)
        hidden = True
    if not hidden:
        # It was held, so no open page shows it; but its author is told.
        await record(db, Kind.TEXT_HIDDEN, viewer, subject=decision, decision=decision.id)


async def release(db: AsyncSession, case: ModerationCase) -> None:
    """Publishes a text that was held, as its author's deed."""
    if case.text_kind == TextKind.IDEA:
        await release_idea(db, case.text_id)
    elif case.text_kind == TextKind.CHANGE:
        await publish(db, case)
    else:
        await release_contribution(db, case.text_id)


async def show(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    undone: ModerationDecision,
) -> None:
    """Shows what `decision` hid, and records it as the decision `undone`."""
    if case.held_at:
        # Others never saw it, so it appears as new.
        await release(db, case)
        await record(db, Kind.TEXT_RELEASED, viewer, subject=undone, decision=undone.id)
    elif case.text_kind == TextKind.IDEA:
        await show_idea(db, viewer, case.text_id, decision=undone.id)
    elif case.text_kind == TextKind.CONTRIBUTION:
        await show_contribution(db, viewer, case.text_id, decision=undone.id)
    elif case.text_kind == TextKind.ATTACHMENT:
        await show_attachment(db, case.text_id)
        await record_where_it_stands(db, Kind.TEXT_RESTORED, viewer, case, undone)
    else:
        await put_back(db, viewer, case, decision, undone)


async def put_back(
    db: AsyncSession,
    viewer: Viewer,
    case: ModerationCase,
    decision: ModerationDecision,
    undone: ModerationDecision,
) -> None:
    """Puts back the words that `decision` took out, and records it as the decision `undone`.
    Raises Conflict where they were deleted meanwhile."""
    found = select(Redaction).where(Redaction.decision_id == decision.id)
    for redaction in (await db.scalars(found)).all():
        if not await restore(db, redaction):
            raise Conflict(_("The original was deleted after 30 days, so it cannot be put back."))
    await record_where_it_stands(db, Kind.TEXT_RESTORED, viewer, case, undone)


async def record_where_it_stands(
    db: AsyncSession, kind: Kind, viewer: Viewer, case: ModerationCase, decision: ModerationDecision
) -> None:
    """Records a decision on the idea or the campaign whose open pages show the text."""
    on: Idea | Campaign | None = None
    if case.idea_id:
        on = await db.get(Idea, case.idea_id)
    elif case.campaign_id:
        on = await db.get(Campaign, case.campaign_id)
    await record(db, kind, viewer, on=on, subject=decision, decision=decision.id)


async def _hide_in_place(
    db: AsyncSession, viewer: Viewer, case: ModerationCase, decision: ModerationDecision
) -> None:
    """A text that stands among others: a mark stands in its place, and a file is not listed."""
    if case.text_kind == TextKind.ATTACHMENT:
        await hide_attachment(db, case.text_id)
    else:
        mark = _("[hidden by the moderators]")
        text = await text_of(db, case.text_kind, case.text_id)
        await take_all_out(db, viewer, text.kind, text.id, decision.id, mark)
        await blank_elsewhere(db, text, mark)
    await record_where_it_stands(db, Kind.TEXT_REDACTED, viewer, case, decision)
