"""Checks of tables that the database's triggers on `idea` keep beside it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, any_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import table_of
from ideahub.core.kept_counts import NUMBERS, AnyRow, KeptCount, WrongCount
from ideahub.ideas.models import Idea

IDEA = table_of(Idea)


def kept_by_trigger(
    name: str,
    rows: FromClause,
    *,
    kept: ColumnElement[int],
    wanted: ColumnElement[int],
    written_with: str,
) -> KeptCount:
    """The check that each idea has as many `kept` as are `wanted` in `rows`, which has an
    `idea_id`; to mend, the trigger is made to write them anew, by setting the column of `idea` that
    it follows to what it is. The first word of `name` says what is kept."""
    differences: Select[*tuple[Any, ...]] = (
        select(IDEA.c.id, kept.label("kept"), wanted.label("counted"))
        .outerjoin(rows, rows.c.idea_id == IDEA.c.id)
        .where(kept != wanted)
        .order_by(IDEA.c.id)
    )
    some = IDEA.c.id == any_(NUMBERS)
    of_some = differences.where(some)
    write_again = update(IDEA).where(some).values({written_with: IDEA.c[written_with]})

    async def mend(db: AsyncSession, numbers: Sequence[int]) -> Sequence[AnyRow]:
        asked = {"numbers": list(numbers)}
        found = (await db.execute(of_some, asked)).all()
        await db.execute(write_again, asked)
        return found

    what = name.split(maxsplit=1)[0]
    return KeptCount(
        name,
        "",
        differences,
        mend,
        lambda row: WrongCount(f"{what} of idea {row.id}", str(row.kept), str(row.counted)),
    )
