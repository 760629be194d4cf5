"""What old revisions changed: counted little by little, for those that kept no figures.

They were written before there was a place for the figures, or by the old code that ran beside
the new during a release. Comparing long texts takes long, so neither a migration does it, which
would hold the tables, nor whoever happens to look, but the clock, a little each second.
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
    """Counts for some of them what they changed; for the clock."""
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
