"""Rules for hiding an idea from everyone but its author and moderators, and for showing it."""

import math
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, Revision
from ideahub.ideas.submitting import (
    Author,
    IdeaText,
    count_idea,
    first_rising,
    lock_idea,
    text_columns,
)


async def hide_idea(
    db: AsyncSession, viewer: Viewer, idea_id: int, reason: str, *, decision: int
) -> bool:
    """Hides an idea; returns False where it is hidden already. `decision` is the number of the
    moderator's decision, which its event names.

    Raises NotFound, and Conflict for an idea that its author withdrew.
    """
    row = await lock_idea(db, idea_id)
    if row.withdrawn_at:
        raise Conflict(_("Its author has withdrawn it, so nobody else sees it any more."))
    was_hidden = row.hidden_at is not None
    row.hidden_at = row.hidden_at or datetime.now(UTC)
    row.hidden_by, row.hidden_reason = viewer.person_id, reason[:1_000]
    if was_hidden:
        await db.flush()
        return False
    await count_idea(db, row.campaign_id, -1)
    await record(db, Kind.IDEA_HIDDEN, viewer, on=row, decision=decision)
    return True


async def show_idea(db: AsyncSession, viewer: Viewer, idea_id: int, *, decision: int) -> bool:
    """Shows a hidden idea again, as it was; returns False where it is not hidden. Raises
    NotFound."""
    row = await lock_idea(db, idea_id)
    if row.hidden_at is None:
        return False
    await _list(db, row)
    await record(db, Kind.IDEA_SHOWN, viewer, on=row, decision=decision)
    return True


async def hold_idea(db: AsyncSession, idea_id: int) -> None:
    """Keeps a new idea, which was neither counted nor told of yet, from others' sight. Raises
    NotFound."""
    row = await lock_idea(db, idea_id)
    row.hidden_at = datetime.now(UTC)
    await db.flush()


async def release_idea(db: AsyncSession, idea_id: int) -> bool:
    """Shows an idea that was held, as posted now by its author; returns False where it is not
    hidden. Raises NotFound."""
    row = await lock_idea(db, idea_id)
    if row.hidden_at is None:
        return False
    row.created_at = datetime.now(UTC)
    row.rising = first_rising(row.created_at) + math.log10(max(row.votes_count, 1))
    await _list(db, row)
    await record(db, Kind.IDEA_POSTED, Author(row.author_id), on=row)
    return True


async def rewrite_hidden_idea(
    db: AsyncSession, viewer: Viewer, idea_id: int, written: IdeaText
) -> None:
    """Adds a revision to a hidden idea, with its author's new title and texts; does nothing where
    they are the same. Raises NotFound, Conflict for one that is not hidden, and TooLong."""
    texts = await text_columns(written)
    row = await lock_idea(db, idea_id)
    if row.hidden_at is None:
        raise Conflict(_("It can be read by everyone already: change it on its own page."))
    if (row.title, row.body, row.why) == (written.title, written.body, written.why):
        return
    for name in ("title", "body", "body_html", "why", "why_html", "excerpt"):
        setattr(row, name, texts[name])
    row.revision += 1
    db.add(
        Revision(
            idea_id=row.id,
            number=row.revision,
            title=row.title,
            body=row.body,
            why=row.why,
            author_id=viewer.person_id,
        )
    )
    await db.flush()


async def _list(db: AsyncSession, row: Idea) -> None:
    row.hidden_at = row.hidden_by = None
    row.hidden_reason = ""
    await db.flush()
    if row.withdrawn_at is None:
        await count_idea(db, row.campaign_id, 1)
