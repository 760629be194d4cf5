"""Rule for setting a letter apart that says something else than those it was counted with."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict, Invalid
from ideahub.core.viewer import Role, Viewer
from ideahub.form_letters.grouping import count_letters
from ideahub.form_letters.models import FormLetter
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.taking_new import lock_open_idea, must_take_new


def may_set_apart(viewer: Viewer, idea: IdeaView) -> bool:
    """Whether the viewer manages or moderates where the idea was posted."""
    return any(viewer.holds(role, idea.organisation_id) for role in (Role.MANAGER, Role.MODERATOR))


async def set_apart(db: AsyncSession, viewer: Viewer, idea: IdeaView, reason: str) -> None:
    """Counts the letter by itself from now on, whatever its text is like. Pressed twice, it does
    nothing more.

    Raises Forbidden for all but managers and moderators, Invalid without a reason, and Conflict
    where it is counted with no others, was withdrawn or hidden.
    """
    if not may_set_apart(viewer, idea):
        viewer.must_hold(Role.MODERATOR, idea.organisation_id)
    if not reason.strip():
        raise Invalid(_("Say in what it differs: this is shown beside it."), field="reason")
    must_take_new(idea)
    await lock_open_idea(db, idea.id)
    own = select(FormLetter).where(FormLetter.idea_id == idea.id)
    letter = await db.scalar(held(own))
    if letter is None:
        raise Conflict(_("This is counted by itself already."))
    if letter.set_apart_at:
        return
    letter.set_apart_at, letter.set_apart_by = func.now(), viewer.person_id
    letter.set_apart_reason = reason.strip()
    await db.flush()
    await count_letters(db, letter.group_id)
    await record(db, Kind.LETTER_SET_APART, viewer, on=idea)
