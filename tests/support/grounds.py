"""Databases that tests find filled, each with one connection: what is written there is undone."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    create_async_engine,
)

from ideahub.core.db import Database
from ideahub.organisations.models import Organisation, Person
from tests.support.cast import Cast
from tests.support.databases import copied_database

Fill = Callable[[AsyncSession], Awaitable[Any]]


@dataclass(frozen=True)
class Ground:
    """A database, and what was filled into it before the first test."""

    engine: AsyncEngine
    filled: Any

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[AsyncConnection]:
        """A connection, in a transaction that never commits."""
        async with self.engine.connect() as connection:
            outer = await connection.begin()
            yield connection
            await outer.rollback()


@asynccontextmanager
async def ground(
    server_url: str, name: str, template: str, fill: Fill | None = None
) -> AsyncIterator[Ground]:
    """A copy of the template, filled and committed; dropped at the end."""
    async with copied_database(server_url, name, template) as url:
        # PostgreSQL takes several times longer for what a connection asks first. So the pool
        # keeps one for all tests, and every statement of the site stays ready, here and there.
        kept = {"prepared_statement_cache_size": 2_000}
        engine = create_async_engine(url, pool_size=1, query_cache_size=5_000, connect_args=kept)
        filled = None
        if fill:
            async with Database(engine).transaction() as db:
                filled = await fill(db)
        yield Ground(engine, filled)
        await engine.dispose()


async def found_again(db: AsyncSession, cast: Cast) -> Cast:
    """The cast that was stored, as this session's own rows."""
    rows: dict[tuple[type[Any], int], Any] = {}
    for organisation in await db.scalars(select(Organisation)):
        rows[Organisation, organisation.id] = organisation
    for person in await db.scalars(select(Person)):
        rows[Person, person.id] = person
    stored = {field.name: getattr(cast, field.name) for field in fields(cast)}
    return Cast(**{name: rows[type(row), row.id] for name, row in stored.items()})
