"""What a storage for large files can do, whichever it is."""

from collections.abc import AsyncIterator
from typing import Protocol

from ideahub.core.correctable import Correctable

# The key under which a session's `info` has the storage.
IN_SESSION = "file store"


class StorageAway(Correctable):
    """The storage does not answer, or not as it should."""


class FileStore(Protocol):
    """Where large files are kept, each under a name that never gets another content."""

    async def put(self, name: str, content: bytes) -> None:
        """Keeps a file. Raises StorageAway."""

    async def open(self, name: str) -> AsyncIterator[bytes]:
        """The pieces of a file. Raises FileNotFoundError and StorageAway."""

    async def delete(self, name: str) -> None:
        """Deletes a file, if it is there. Raises StorageAway."""
