"""Compares the counts that are stored beside the rows that they count, and sets them right.

`ideahub check` and the tests use this. One query compares all rows at once: a query for each row
would take minutes where there are many.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Table,
    any_,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ideahub.core.db import constant, rows_of
from ideahub.core.locking import held

AnyRow = Row[*tuple[Any, ...]]
Mend = Callable[[AsyncSession, Sequence[int]], Awaitable[Sequence[AnyRow]]]
# Two who mend at once would both add what is missing.
MENDING_LOCK = 7_120_391
# How many rows that differ are named; the others are only counted.
MOST_NAMED = 20
ONE: ColumnElement[int] = literal_column("1")
ZERO: ColumnElement[int] = literal_column("0")
NUMBERS: ColumnElement[Any] = bindparam("numbers", type_=ARRAY(BigInteger))
THINGS = {"campaign": "challenge or idea box"}


class WrongCount(NamedTuple):
    """A row that keeps a wrong count: which one, what it keeps, and what was counted."""

    where: str
    kept: str
    counted: str


class KeptCount(NamedTuple):
    """A stored count.

    `kept` is "table.column", or empty where it is more than one column. `differences` is the query
    for the rows that keep a wrong count; their first column is the number that `mend` takes.
    `mend` sets those of some numbers right and returns the rows that it changed, with the same
    columns. `described` says of such a row what differs.
    """

    name: str
    kept: str
    differences: Select[*tuple[Any, ...]]
    mend: Mend
    described: Callable[[AnyRow], WrongCount]

    @property
    def differing(self) -> Select[int]:
        """The query for how many rows keep a wrong count."""
        return select(func.count()).select_from(self.differences.order_by(None).subquery())


def kept_count(
    name: str,
    kept: InstrumentedAttribute[int],
    rows: Select[*tuple[Any, ...]],
    also: Callable[[ColumnElement[int]], Mapping[str, ColumnElement[Any]]] | None = None,
) -> KeptCount:
    """The KeptCount of one column.

    `rows` selects one row for each thing that is counted; its first column is the number of the
    row that keeps the count. `also` are columns that follow from the count, and are set with it.
    """
    table: Table = kept.class_.__table__
    column = table.c[kept.key]
    everywhere = _compared(table, column, rows, some=False).order_by("id")
    now = _compared(table, column, rows, some=True).cte("now_counted")
    values = {kept.key: now.c.counted, **(also(now.c.counted) if also else {})}
    thing = THINGS.get(table.name, table.name)
    return KeptCount(
        name,
        f"{table.name}.{kept.key}",
        everywhere,
        _mending(table, now, values),
        lambda row: WrongCount(f"{thing} {row.id}", str(row.kept), str(row.counted)),
    )


def _mending(table: Table, now: CTE, values: Mapping[str, Any]) -> Mend:
    # Locked first, in a statement of its own: the next one then sees all that was committed, and
    # whoever changes the count meanwhile waits, and adds to what is right.
    lock = held(select(table.c.id).where(table.c.id == any_(NUMBERS)).order_by(table.c.id))
    setting = (
        update(table)
        .where(table.c.id == now.c.id)
        .values(values)
        .returning(now.c.id, now.c.kept, now.c.counted)
    )

    async def mend(db: AsyncSession, numbers: Sequence[int]) -> Sequence[AnyRow]:
        await db.execute(lock, {"numbers": list(numbers)})
        return (await db.execute(setting, {"numbers": list(numbers)})).all()

    return mend


def adding(missing: Select[*tuple[Any, ...]]) -> Mend:
    """Mends by a statement that adds what is missing to what is kept, and selects what it found
    wrong with the rows in NUMBERS. What others change at the same time stays, as each of them adds,
    too."""

    async def mend(db: AsyncSession, numbers: Sequence[int]) -> Sequence[AnyRow]:
        await db.execute(select(func.pg_advisory_xact_lock(MENDING_LOCK)))
        return (await db.execute(missing, {"numbers": list(numbers)})).all()

    return mend


def _compared(
    table: Table, column: ColumnElement[int], rows: Select[*tuple[Any, ...]], *, some: bool
) -> Select[*tuple[Any, ...]]:
    """The rows of the table, or of NUMBERS, that keep a wrong count.

    Sums instead of a join: one pass over both, however wrongly the planner guesses their size.
    """
    each = rows.subquery()
    keeping = select(table.c.id.label("id"), column.label("kept"), ZERO.label("counted"))
    counting = select(each.c[0].label("id"), ZERO.label("kept"), ONE.label("counted"))
    if some:
        keeping = keeping.where(table.c.id == any_(NUMBERS))
        counting = counting.where(each.c[0] == any_(NUMBERS))
    both = union_all(keeping, counting).subquery()
    kept, counted = func.sum(both.c.kept), func.sum(both.c.counted)
    return (
        select(both.c.id, kept.label("kept"), counted.label("counted"))
        .group_by(both.c.id)
        .having(kept != counted)
    )


async def compare(db: AsyncSession, count: KeptCount) -> tuple[int, list[WrongCount]]:
    """How many rows keep a wrong count, and the first MOST_NAMED of them."""
    many = func.count().over().label("of_all")
    found = await rows_of(db, count.differences.add_columns(many).limit(constant(MOST_NAMED)), {})
    return (found[0].of_all if found else 0), [count.described(row) for row in found]
