"""Where the bytes of files lie: moves them, and sweeps what no row refers to any more.

A file belongs to a row of any table that has the columns `id`, `size`, `content` and `stored_as`;
the last of them refers to `stored_file`.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, and_, delete, exists, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base, Database, table_of
from ideahub.core.file_store import FileStore
from ideahub.core.stored_files import LARGE_BYTES, StoredFile, put_aside, store_of

# A row that is being made has its file in the storage for some seconds before it is there itself.
KEPT = timedelta(minutes=15)
SWEPT_AT_ONCE = 20

# Where the bytes of a row go: the new values of its columns.
Moved = Callable[[Any], Awaitable[dict[str, Any]]]


def tables_with_files() -> list[Table]:
    """The tables whose rows can have a file in the storage."""
    names = table_of(StoredFile).c.name
    found = Base.metadata.sorted_tables
    return [one for one in found if "stored_as" in one.c and one.c.stored_as.references(names)]


async def sweep_files(db: AsyncSession) -> None:
    """Deletes files from the storage that no row refers to, at most SWEPT_AT_ONCE.

    Their own rows first: where another row takes one at this moment, that fails, and no file is
    deleted. Raises StorageAway; then the rows stay, and it is tried again.
    """
    store = store_of(db)
    if store is None:
        return
    used = [exists().where(one.c.stored_as == StoredFile.name) for one in tables_with_files()]
    unused = (
        select(StoredFile.name)
        .where(StoredFile.created_at < func.now() - KEPT, *map(not_, used))
        .limit(SWEPT_AT_ONCE)
    )
    gone = delete(StoredFile).where(StoredFile.name.in_(unused.scalar_subquery()))
    for name in await db.scalars(gone.returning(StoredFile.name)):
        await store.delete(name)


async def move_to_storage(database: Database) -> int:
    """Moves the large files from the database into the storage; returns how many.

    Raises Busy where the storage is away; what was moved until then stays there.
    """

    async def away(row: Any) -> dict[str, Any]:
        return {"content": None, "stored_as": await put_aside(database, row.content)}

    moved = 0
    for table in tables_with_files():
        large = and_(table.c.content.is_not(None), table.c.size >= LARGE_BYTES)
        moved += await _move(database, table, large, away)
    return moved


async def move_to_database(database: Database, store: FileStore) -> int:
    """Moves all files from the storage into the database; returns how many.

    Raises StorageAway, and FileNotFoundError where a file is missing. What was moved is swept from
    the storage later.
    """

    async def back(row: Any) -> dict[str, Any]:
        pieces = [piece async for piece in await store.open(row.stored_as)]
        return {"content": b"".join(pieces), "stored_as": None}

    moved = 0
    for table in tables_with_files():
        moved += await _move(database, table, table.c.stored_as.is_not(None), back)
    return moved


async def _move(database: Database, table: Table, where: Any, moved: Moved) -> int:
    """Moves the files of these rows one by one, each in its own transaction; returns how many."""
    columns = table.c.id, table.c.content, table.c.stored_as
    count = last = 0
    while True:
        later = select(*columns).where(where, table.c.id > last).order_by(table.c.id).limit(1)
        async with database.reading() as db:
            row = (await db.execute(later)).one_or_none()
        if row is None:
            return count
        last = row.id
        values = await moved(row)
        async with database.transaction() as db:
            count += await _change(db, table, row.id, row.stored_as, values)


async def _change(
    db: AsyncSession, table: Table, number: int, before: str | None, values: dict[str, Any]
) -> int:
    """Returns 1, or 0 where it was removed or moved meanwhile."""
    same = table.c.id == number, table.c.stored_as.is_not_distinct_from(before)
    changed = update(table).where(*same).values(**values).returning(table.c.id)
    return len((await db.execute(changed)).all())
