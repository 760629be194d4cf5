"""Reads what is exported in portions by the key of the last row, each with its own connection.

So however slowly somebody downloads, no connection waits for them, and ten thousand entries need
no more memory than ten.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database

AT_ONCE = 500
Cell = str | int | Decimal | None
Cells = Sequence[Cell]
# A row's number; of rows with two, both.
Key = int | tuple[int, int]


class Portion(NamedTuple):
    """Some rows, and the key of the last row that was read; None where that was the last one."""

    rows: list[Cells]
    last: Key | None


# Reads the rows after a key; None for the first ones.
ReadPortion = Callable[[AsyncSession, Key | None], Awaitable[Portion]]


class Export(NamedTuple):
    """What is exported: the names of the columns, and what reads the rows, one after the other."""

    columns: list[str]
    parts: list[ReadPortion]

    async def portions(self, database: Database) -> AsyncIterator[list[Cells]]:
        """All rows, in portions that are not empty."""
        for read in self.parts:
            last: Key | None = None
            while True:
                async with database.reading() as db:
                    rows, last = await read(db, last)
                if rows:
                    yield rows
                if last is None:
                    break
