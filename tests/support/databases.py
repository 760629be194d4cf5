"""Databases for tests, each a copy of one that was migrated once, or of one filled besides."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ideahub.core.connection_queue import ConnectionQueue
from ideahub.core.db import Database, open_database
from ideahub.server import embedded
from ideahub.server.migrating import migrate

# What every PostgreSQL server has, empty.
EMPTY = "template1"
_engines: dict[str, AsyncEngine] = {}


@asynccontextmanager
async def migrated_template(server_url: str, name: str) -> AsyncIterator[str]:
    """A migrated database to copy, of this name; dropped at the end."""
    async with copied_database(server_url, name, EMPTY) as url:
        await migrate_database(url)
        yield name


async def make_migrated_folder(data: Path) -> None:
    """Makes the data folder of an embedded server, which has ended at the return.

    Copying it takes a tenth of the time that making it takes.
    """
    with embedded.database(data, durable=False) as url:
        await migrate_database(url)


async def migrate_database(url: str) -> None:
    """Brings the schema of this database up to date."""
    engine = create_async_engine(url, poolclass=NullPool)
    await migrate(engine)
    await engine.dispose()


@asynccontextmanager
async def filled_template(
    server_url: str, name: str, template: str, fill: Callable[[Database], Awaitable[object]]
) -> AsyncIterator[str]:
    """A copy of the template to copy in turn, after `fill` was done to it; dropped at the end."""
    async with copied_database(server_url, name, template) as url:
        async with opened(url) as database:
            await fill(database)
        yield name


@asynccontextmanager
async def own_database(server_url: str, name: str, template: str) -> AsyncIterator[Database]:
    """A copy of the template of this name on the server, dropped at the end."""
    async with copied_database(server_url, name, template) as url, opened(url) as database:
        yield database


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A pool of five connections to the database, closed at the end.

    The engine is kept for the next database of this name, which is a copy of the same tables:
    it has compiled their statements.
    """
    if url not in _engines:
        made = open_database(url, size=5).bind
        assert isinstance(made, AsyncEngine)
        _engines[url] = made
    engine = _engines[url]
    database = Database(engine, size=5)
    # Tests of many at once are about what is counted, however slow the machine is.
    database.queue = ConnectionQueue(5, patience=120)
    try:
        yield database
    finally:
        await engine.dispose()


@asynccontextmanager
async def copied_database(server_url: str, name: str, template: str) -> AsyncIterator[str]:
    """A copy of the template, to which nobody may be connected; yields its URL."""
    admin = create_async_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with admin.connect() as connection:
        # Copying files takes a tenth of the time that logging their pages takes.
        copied = f'create database "{name}" template "{template}" strategy file_copy'
        await connection.execute(text(copied))
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        async with admin.connect() as connection:
            await _drop(connection, name)
        await admin.dispose()


async def _drop(connection: AsyncConnection, name: str) -> None:
    # Plain `drop` sends the server's own housekeeping away, which `force` may not touch. Either may
    # come just when something begins, and a database that stays makes all later tests fail.
    for how in ("", " with (force)") * 5:
        with suppress(DBAPIError):
            await connection.execute(text(f'drop database if exists "{name}"{how}'))
            return
        await asyncio.sleep(0.2)
    raise RuntimeError(f"{name} cannot be dropped: somebody is connected to it")
