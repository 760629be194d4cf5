"""Work of a command on the database."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.db import Database, open_database
from ideahub.server.migrating import migrate


async def work_on(url: str, work: Callable[[Database], Awaitable[int]]) -> int:
    """Migrates the database and runs `work` on it; returns the exit code that `work` returns."""
    database = open_database(url, size=4)
    assert isinstance(database.bind, AsyncEngine)
    try:
        await migrate(database.bind)
        return await work(database)
    finally:
        await database.bind.dispose()
