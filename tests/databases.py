"""Databases of their own, for tests whose transactions really commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ideahub.core.connection_queue import ConnectionQueue
from ideahub.core.db import Database, open_database
from ideahub.server.migrating import migrate


@asynccontextmanager
async def own_database(server_url: str, name: str) -> AsyncIterator[Database]:
    """A migrated database of this name on the server, dropped at the end."""
    admin = create_async_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        await connection.execute(text(f'create database "{name}"'))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    database = open_database(url, size=5)
    # Tests of many at once are about what is counted, however slow the machine is.
    database.gate = ConnectionQueue(5, patience=120)
    assert isinstance(database.bind, AsyncEngine)
    try:
        await migrate(database.bind)
        yield database
    finally:
        await database.bind.dispose()
        async with admin.connect() as connection:
            await _drop(connection, name)
        await admin.dispose()


async def _drop(connection: AsyncConnection, name: str) -> None:
    # Plain `drop` sends the server's own housekeeping away, which `force` may not touch.
    try:
        await connection.execute(text(f'drop database "{name}"'))
    except DBAPIError:
        await connection.execute(text(f'drop database "{name}" with (force)'))
