"""Many rows in one statement: an array for each column, of which PostgreSQL makes rows.

A row that is a parameter by itself costs ten times as much, and a statement of thousands of them
keeps this process from answering anybody else.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import NullType, TypeEngine

from ideahub.core.db import Base, table_of

# Rows of one statement: what the driver writes of them takes it few milliseconds.
AT_ONCE = 5_000


class ManyRows:
    """Columns of a table whose values are given as arrays; `rows` are the rows made of them."""

    def __init__(self, model: type[Base], *names: str) -> None:
        columns = [table_of(model).c[name] for name in names]
        arrays = [bindparam(f"each_{one.key}", type_=ARRAY(_type_of(one))) for one in columns]
        self.names = names
        self._keys = [one.key for one in arrays]
        self.rows = func.unnest(*arrays).table_valued(*names).render_derived("given")

    def in_portions(self, rows: Sequence[Sequence[Any]]) -> Iterator[dict[str, Any]]:
        """The parameters of a statement for each AT_ONCE of these rows, whose values are in the
        order of `names`."""
        for start in range(0, len(rows), AT_ONCE):
            columns = zip(*rows[start : start + AT_ONCE], strict=True)
            yield dict(zip(self._keys, map(list, columns), strict=True))


def _type_of(column: Column[Any]) -> TypeEngine[Any]:
    # A column that refers to a table whose module is not loaded yet has no type. What rows are
    # referred to by are numbers.
    return BigInteger() if isinstance(column.type, NullType) else column.type
