"""More of everything: for tests of what must cost the same however much there is."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, CursorResult, LargeBinary, String, Table, UniqueConstraint, text
from sqlalchemy.ext.asyncio import AsyncSession


async def multiply(db: AsyncSession, tables: Iterable[Table], times: int) -> dict[str, int]:
    """Adds so many copies of each row, in the same place as the row: a contribution to the same
    idea, a phase to the same challenge; returns table → rows added. What must be unique is made
    so; a row that belongs to two others, such as a vote, is not copied."""
    added = {}
    for table in tables:
        columns = [column for column in table.columns if not _is_made(column)]
        unique = _unique(table)
        copied = (_anew(column) if column in unique else _quoted(column) for column in columns)
        copies = await db.execute(
            text(f"""
                insert into {_quoted(table)} ({", ".join(map(_quoted, columns))})
                select {", ".join(copied)} from {_quoted(table)}
                cross join generate_series(1, {times}) as copy
                on conflict do nothing
            """)
        )
        assert isinstance(copies, CursorResult)
        added[table.name] = copies.rowcount
    # As the server's own housekeeping would, sooner or later.
    await db.execute(text("analyze"))
    return added


def _is_made(column: Column[Any]) -> bool:
    return column.identity is not None or column.computed is not None


def _quoted(named: Table | Column[Any]) -> str:
    return f'"{named.name}"'


def _unique(table: Table) -> set[Column[Any]]:
    """Columns whose values may not be repeated for the same row of another table."""
    of_many = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    own = {column for constraint in of_many for column in constraint if not column.foreign_keys}
    return own | {column for column in table.columns if column.unique}


def _anew(column: Column[Any]) -> str:
    if column.nullable:
        return "null"
    if isinstance(column.type, LargeBinary):
        return "sha256(convert_to(random()::text, 'UTF8'))"
    if isinstance(column.type, String):
        return f"left(md5(random()::text), {column.type.length or 32})"
    return f"{_quoted(column)} + 1000 * copy"
