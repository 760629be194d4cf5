"""Where the bytes of attachments lie: moves them, and sweeps what no attachment refers to."""

from datetime import timedelta

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.file_store import FileStore
from ideahub.core.stored_files import LARGE_BYTES, StoredFile, put_aside, store_of
from ideahub.ideas.models import Attachment

# An attachment that is being made has its file in the storage for some seconds before its row.
KEPT = timedelta(minutes=15)
SWEPT_AT_ONCE = 20


async def sweep_files(db: AsyncSession) -> None:
    """Deletes files from the storage that no attachment refers to, at most SWEPT_AT_ONCE.

    The rows first: where an attachment takes one at this moment, that fails, and no file is
    deleted. Raises StorageAway; then the rows stay, and it is tried again.
    """
    store = store_of(db)
    if store is None:
        return
    unused = (
        select(StoredFile.name)
        .where(
            StoredFile.created_at < func.now() - KEPT,
            ~exists().where(Attachment.stored_as == StoredFile.name),
        )
        .limit(SWEPT_AT_ONCE)
    )
    gone = delete(StoredFile).where(StoredFile.name.in_(unused.scalar_subquery()))
    for name in await db.scalars(gone.returning(StoredFile.name)):
        await store.delete(name)


async def move_to_storage(database: Database) -> int:
    """Moves the large attachments from the database into the storage; returns how many.

    Raises Busy where the storage is away; what was moved until then stays there.
    """
    here = Attachment.content.is_not(None), Attachment.size >= LARGE_BYTES
    moved = last = 0
    while True:
        async with database.reading() as db:
            later = select(Attachment.id, Attachment.content).where(*here, Attachment.id > last)
            row = (await db.execute(later.order_by(Attachment.id).limit(1))).one_or_none()
        if row is None:
            return moved
        last = row.id
        name = await put_aside(database, row.content)
        async with database.transaction() as db:
            moved += await _change(db, row.id, None, content=None, stored_as=name)


async def move_to_database(database: Database, store: FileStore) -> int:
    """Moves all attachments from the storage into the database; returns how many.

    Raises StorageAway, and FileNotFoundError where a file is missing. What was moved is swept from
    the storage later.
    """
    moved = last = 0
    while True:
        async with database.reading() as db:
            away = Attachment.stored_as.is_not(None), Attachment.id > last
            later = select(Attachment.id, Attachment.stored_as).where(*away)
            row = (await db.execute(later.order_by(Attachment.id).limit(1))).one_or_none()
        if row is None:
            return moved
        last = row.id
        content = b"".join([piece async for piece in await store.open(row.stored_as)])
        async with database.transaction() as db:
            moved += await _change(db, row.id, row.stored_as, content=content, stored_as=None)


async def _change(db: AsyncSession, number: int, before: str | None, **columns: object) -> int:
    """Returns 1, or 0 where it was removed or moved meanwhile."""
    same = Attachment.id == number, Attachment.stored_as.is_not_distinct_from(before)
    changed = update(Attachment).where(*same).values(**columns).returning(Attachment.id)
    return len((await db.execute(changed)).all())
