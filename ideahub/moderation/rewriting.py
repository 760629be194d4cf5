"""The rule for sending a text again that a moderator gave back to be changed."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.ideas.hiding import rewrite_hidden_idea
from ideahub.ideas.submitting import IdeaText
from ideahub.moderation.cases import open_case
from ideahub.moderation.deciding import undoing
from ideahub.moderation.models import Measure, ModerationCase, ModerationDecision, TextKind
from ideahub.moderation.texts import text_of


@dataclass(frozen=True, slots=True)
class NewWords:
    """A text in its new words; a contribution has no title and no reason."""

    body: str
    title: str = ""
    why: str = ""


async def send_again(
    db: AsyncSession, viewer: Viewer, decision: ModerationDecision, new: NewWords
) -> ModerationCase:
    """Changes a text that was given back, which then waits for a moderator; returns its case, also
    where the same was sent already.

    Raises NotFound for somebody else's, Conflict where it was not given back (any more), Invalid
    for an idea without a title, and TooLong.
    """
    before = await locked(db, ModerationCase, decision.case_id)
    if viewer.person_id != before.author_id:
        raise NotFound
    if decision.measure != Measure.RETURN or await undoing(db, decision.id):
        raise Conflict(_("This text was not given back to you, so it stays as it is."))
    if before.text_kind == TextKind.IDEA:
        await _rewrite_idea(db, viewer, before.text_id, new)
    else:
        await _rewrite_contribution(db, before.text_id, new)
    case = await open_case(db, await text_of(db, before.text_kind, before.text_id))
    if case.held_at is None:
        case.held_at = await db.scalar(select(func.now()))
        await record(db, Kind.TEXT_SENT_AGAIN, viewer, subject=case)
    return case


async def _rewrite_idea(db: AsyncSession, viewer: Viewer, idea_id: int, new: NewWords) -> None:
    if not new.title:
        raise Invalid(_("Give it a title."), field="title")
    written = IdeaText(title=new.title, body=new.body, why=new.why)
    await rewrite_hidden_idea(db, viewer, idea_id, written)


async def _rewrite_contribution(db: AsyncSession, contribution_id: int, new: NewWords) -> None:
    html = await markdown_html(new.body)
    row = await locked(db, Contribution, contribution_id)
    if row.hidden_at is None:
        raise Conflict(_("It can be read by everyone already, so it stays as it is."))
    row.body, row.body_html = new.body, html
    await db.flush()
