"""Databases that tests find filled, with one connection each: what is written there is undone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)
from sqlalchemy.pool import NullPool

from ideahub.core.db import Database
from ideahub.organisations.models import Organisation, Person
from tests.support.cast import Cast
from tests.support.databases import copied_database

Fill = Callable[[AsyncSession], Awaitable[Any]]


class Ground:
    """A database, and what was filled into it before the first test.

    PostgreSQL takes several times longer for what a connection asks first, so there is one
    connection for all tests: each has it for a transaction that is rolled back.
    """

    def __init__(self, engine: AsyncEngine, filled: Any) -> None:
        self.engine = engine
        self.filled = filled
        self._connection: AsyncConnection | None = None

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[AsyncConnection]:
        """The connection, in a transaction that never commits."""
        connection = self._connection or await self.engine.connect()
        # Not kept where the test breaks it: the next one gets another.
        self._connection = None
        outer = await connection.begin()
        try:
            yield connection
            await outer.rollback()
        except BaseException:
            await connection.close()
            raise
        if connection.invalidated:
            await connection.close()
        else:
            self._connection = connection

    async def close(self) -> None:
        """Ends the connection."""
        if self._connection:
            await self._connection.close()
        await self.engine.dispose()


@asynccontextmanager
async def ground(
    server_url: str, name: str, template: str, fill: Fill | None = None
) -> AsyncIterator[Ground]:
    """A copy of the template, filled and committed; dropped at the end."""
    async with copied_database(server_url, name, template) as url:
        # Every statement of the site is kept ready, here and by PostgreSQL.
        kept = {"prepared_statement_cache_size": 2_000}
        engine = create_async_engine(
            url, poolclass=NullPool, query_cache_size=5_000, connect_args=kept
        )
        filled = None
        if fill:
            async with Database(engine).transaction() as db:
                filled = await fill(db)
        made = Ground(engine, filled)
        yield made
        await made.close()


async def found_again(db: AsyncSession, cast: Cast) -> Cast:
    """The cast that was stored, as this session's own rows."""
    rows: dict[tuple[type[Any], int], Any] = {}
    for organisation in await db.scalars(select(Organisation)):
        rows[Organisation, organisation.id] = organisation
    for person in await db.scalars(select(Person)):
        rows[Person, person.id] = person
    stored = {field.name: getattr(cast, field.name) for field in fields(cast)}
    return Cast(**{name: rows[type(row), row.id] for name, row in stored.items()})
