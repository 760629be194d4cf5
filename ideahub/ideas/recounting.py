"""Counts the changed words of revisions that were stored without these figures.

They were written before the columns existed, or by old code that ran beside the new during a
release. Comparing long texts takes long, so the clock does a little each second: a migration would
lock the tables for too long, and a request would be slow.
"""

from time import monotonic
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant
from ideahub.ideas.differing import NOTHING, difference
from ideahub.ideas.models import Revision

AT_ONCE = 50
SECONDS = 0.5

Before = aliased(Revision, name="before")
NOT_COUNTED: Any = (
    select(
        Revision.id,
        Revision.title,
        Revision.body,
        Revision.why,
        Before.title.label("old_title"),
        Before.body.label("old_body"),
        Before.why.label("old_why"),
    )
    .outerjoin(
        Before, (Before.idea_id == Revision.idea_id) & (Before.number == Revision.number - 1)
    )
    .where(Revision.words_added.is_(None))
    .order_by(Revision.id)
    .limit(constant(AT_ONCE))
)


async def count_old_revisions(db: AsyncSession) -> None:
    """Counts the changed words of some such revisions, for half a second; for the clock."""
    until = monotonic() + SECONDS
    for row in (await db.execute(NOT_COUNTED)).all():
        old = NOTHING if row.old_title is None else (row.old_title, row.old_body, row.old_why)
        changed = await difference(old, (row.title, row.body, row.why))
        await db.execute(
            update(Revision)
            .where(Revision.id == row.id)
            .values(words_added=changed.added, words_removed=changed.removed)
        )
        if monotonic() > until:
            break
