"""Rules for hiding a contribution and for showing it; one with replies keeps an empty place."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.contributing import count_contribution, tell_of_contribution
from ideahub.conversation.models import Contribution
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea
from ideahub.ideas.submitting import Author


async def hide_contribution(
    db: AsyncSession, viewer: Viewer, contribution_id: int, *, decision: int
) -> bool:
    """Hides a contribution or reply; returns False where it is hidden already. `decision` is the
    number of the moderator's decision, which its event names.

    Raises NotFound, and Conflict for one that its author took back.
    """
    row = await locked(db, Contribution, contribution_id)
    if row.withdrawn_at:
        raise Conflict(_("Its author has taken it back, so nobody reads it any more."))
    if row.hidden_at:
        return False
    row.hidden_at = datetime.now(UTC)
    idea = await _count(db, row, -1)
    await record(
        db,
        Kind.TEXT_HIDDEN,
        viewer,
        on=idea,
        subject=row,
        reply_to=row.parent_id,
        decision=decision,
    )
    return True


async def show_contribution(
    db: AsyncSession, viewer: Viewer, contribution_id: int, *, decision: int
) -> bool:
    """Shows a hidden contribution again, as it was; returns False where it is not hidden. Raises
    NotFound."""
    row = await locked(db, Contribution, contribution_id)
    if row.hidden_at is None:
        return False
    row.hidden_at = None
    idea = await _count(db, row, 1) if row.withdrawn_at is None else await _idea(db, row)
    await record(
        db,
        Kind.TEXT_SHOWN,
        viewer,
        on=idea,
        subject=row,
        reply_to=row.parent_id,
        decision=decision,
    )
    return True


async def hold_contribution(db: AsyncSession, contribution_id: int) -> None:
    """Keeps a new contribution, which was neither counted nor told of yet, from others' sight.
    Raises NotFound."""
    row = await locked(db, Contribution, contribution_id)
    row.hidden_at = datetime.now(UTC)
    await db.flush()


async def release_contribution(db: AsyncSession, contribution_id: int) -> bool:
    """Shows a contribution that was held, as added now by its author; returns False where it is not
    hidden. Raises NotFound."""
    row = await locked(db, Contribution, contribution_id)
    if row.hidden_at is None:
        return False
    row.hidden_at, row.created_at = None, datetime.now(UTC)
    await db.flush()
    if row.withdrawn_at is None:
        await tell_of_contribution(db, Author(row.author_id), await _idea(db, row), row)
    return True


async def _idea(db: AsyncSession, row: Contribution) -> Idea:
    return await db.get_one(Idea, row.idea_id)


async def _count(db: AsyncSession, row: Contribution, more: int) -> Idea:
    """Adds `more` to the idea's counts, in which the contribution appears or no longer does;
    returns the idea."""
    await db.flush()
    idea = await _idea(db, row)
    if row.parent_id is None:
        await count_contribution(db, idea.id, row.kind, more)
    # As in adopting: the author's own builds are not counted as adopted.
    if row.adopted_at and row.author_id != idea.author_id:
        await db.execute(
            update(Idea).where(Idea.id == idea.id).values(adopted_count=Idea.adopted_count + more)
        )
    return idea
