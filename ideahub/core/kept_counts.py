"""Counts that are kept beside the rows they count: how to tell whether they are right.

`ideahub check` and the tests ask. All rows at once: counting anew for each of them would take
minutes where there are many.
"""

from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import InstrumentedAttribute


class KeptCount(NamedTuple):
    """A count: what it is called, where it is kept, and the query for how many are wrong.

    `kept` is table and column; empty where it is more than one column.
    """

    name: str
    kept: str
    differing: Select[int]


def kept_count(
    name: str, kept: InstrumentedAttribute[int], rows: Select[*tuple[Any, ...]]
) -> KeptCount:
    """A count in a column. `rows` has one row for each thing that is counted; its first column
    is the number of the row that keeps the count."""
    table = kept.class_
    counted = _counted(rows)
    differing = (
        select(func.count())
        .select_from(table)
        .outerjoin(counted, counted.c.id == table.id)
        .where(kept != func.coalesce(counted.c.many, 0))
    )
    return KeptCount(name, f"{table.__tablename__}.{kept.key}", differing)


def _counted(rows: Select[*tuple[Any, ...]]) -> Subquery:
    number = rows.subquery().c[0]
    return select(number.label("id"), func.count().label("many")).group_by(number).subquery()
