"""Large files in a storage beside the database, where the operator has one.

A file is in the table `stored_file` before it is in the storage, and a row that refers to it comes
last: no row ever refers to a file that is not there. What no row refers to is swept later.
"""

import secrets

from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Database, Dated
from ideahub.core.file_store import IN_SESSION, FileStore, StorageAway
from ideahub.core.i18n import _
from ideahub.core.refusals import Busy

# Smaller ones stay in the database: they cost less there than a request to the storage.
LARGE_BYTES = 64 * 1024


class StoredFile(Dated, Base):
    """A file in the storage, or on its way there."""

    __tablename__ = "stored_file"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)


def store_of(db: AsyncSession) -> FileStore | None:
    """The storage that belongs to a transaction's database; None where there is none."""
    found: FileStore | None = db.info.get(IN_SESSION)
    return found


async def put_aside(database: Database, content: bytes) -> str | None:
    """Puts a large file into the storage, in no transaction, and returns its name there; None where
    it is to be kept in the database.

    Raises Busy where the storage is away.
    """
    store = database.files
    if store is None or len(content) < LARGE_BYTES:
        return None
    name = secrets.token_urlsafe(24)
    async with database.transaction() as db:
        db.add(StoredFile(name=name))
    try:
        await store.put(name, content)
    except StorageAway:
        raise away() from None
    return name


def away() -> Busy:
    """The refusal where the storage is away."""
    return Busy(_("Files cannot be stored or read just now. Try again in a minute."))
