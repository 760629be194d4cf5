"""The check that `idea_words` has the words of all listed ideas, and of no others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, any_, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import table_of
from ideahub.core.kept_counts import NUMBERS, ONE, ZERO, AnyRow, KeptCount, WrongCount
from ideahub.ideas.models import Idea, IdeaWords

NAME = "words of ideas"
IDEA, WORDS = table_of(Idea), table_of(IdeaWords)
KEPT = case((WORDS.c.idea_id.is_(None), ZERO), else_=ONE)
LISTED = case((Idea.is_listed, ONE), else_=ZERO)
DIFFERENCES: Select[*tuple[Any, ...]] = (
    select(IDEA.c.id, KEPT.label("kept"), LISTED.label("counted"))
    .outerjoin(WORDS, WORDS.c.idea_id == IDEA.c.id)
    .where(KEPT != LISTED)
    .order_by(IDEA.c.id)
)
OF_SOME = DIFFERENCES.where(IDEA.c.id == any_(NUMBERS))
# The trigger on `idea` then writes its words anew.
WRITE_AGAIN = update(IDEA).where(IDEA.c.id == any_(NUMBERS)).values(title=IDEA.c.title)


async def _mend(db: AsyncSession, numbers: Sequence[int]) -> Sequence[AnyRow]:
    asked = {"numbers": list(numbers)}
    found = (await db.execute(OF_SOME, asked)).all()
    await db.execute(WRITE_AGAIN, asked)
    return found


WORDS_KEPT = KeptCount(
    NAME,
    "",
    DIFFERENCES,
    _mend,
    lambda row: WrongCount(f"words of idea {row.id}", str(row.kept), str(row.counted)),
)
