"""The check that `idea_tag` has the tags of all listed ideas, and of no others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, any_, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import table_of
from ideahub.core.kept_counts import NUMBERS, ZERO, AnyRow, KeptCount, WrongCount
from ideahub.ideas.models import Idea, IdeaTag

NAME = "tags of ideas"
IDEA, TAG = table_of(Idea), table_of(IdeaTag)
_each = select(TAG.c.idea_id, func.count().label("many")).group_by(TAG.c.idea_id).subquery()
KEPT = func.coalesce(_each.c.many, ZERO)
_own = func.unnest(IDEA.c.tags).column_valued("own_tag")
_tags = select(func.count(_own.distinct())).correlate(IDEA).scalar_subquery()
LISTED = case((Idea.is_listed, _tags), else_=ZERO)
DIFFERENCES: Select[*tuple[Any, ...]] = (
    select(IDEA.c.id, KEPT.label("kept"), LISTED.label("counted"))
    .outerjoin(_each, _each.c.idea_id == IDEA.c.id)
    .where(KEPT != LISTED)
    .order_by(IDEA.c.id)
)
OF_SOME = DIFFERENCES.where(IDEA.c.id == any_(NUMBERS))
# The trigger on `idea` then writes its tags anew.
WRITE_AGAIN = update(IDEA).where(IDEA.c.id == any_(NUMBERS)).values(tags=IDEA.c.tags)


async def _mend(db: AsyncSession, numbers: Sequence[int]) -> Sequence[AnyRow]:
    asked = {"numbers": list(numbers)}
    found = (await db.execute(OF_SOME, asked)).all()
    await db.execute(WRITE_AGAIN, asked)
    return found


TAGS_KEPT = KeptCount(
    NAME,
    "",
    DIFFERENCES,
    _mend,
    lambda row: WrongCount(f"tags of idea {row.id}", str(row.kept), str(row.counted)),
)
