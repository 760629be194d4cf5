"""Checks of the counts that are stored beside the rows that they count.

`ideahub check` and the tests use them. One query checks all rows at once: a query for each row
would take minutes where there are many.
"""

from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import InstrumentedAttribute


class KeptCount(NamedTuple):
    """A stored count.

    `kept` is "table.column", or empty where it is more than one column. `differing` is the query
    for how many rows keep a wrong count.
    """

    name: str
    kept: str
    differing: Select[int]


def kept_count(
    name: str, kept: InstrumentedAttribute[int], rows: Select[*tuple[Any, ...]]
) -> KeptCount:
    """The KeptCount of one column.

    `rows` selects one row for each thing that is counted; its first column is the number of the
    row that keeps the count.
    """
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
