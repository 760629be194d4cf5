"""Runs the migrations, once, however many processes start together.

Alembic is imported where there is something to migrate, which is seldom: it takes as long to load
as the whole web framework, and nine megabytes.
"""

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, String, column, false, func, select, table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ideahub.core.config import MIGRATIONS

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

# Any number that nothing else in this database locks; the same in every process.
MIGRATION_LOCK = 4_971_203
# Alembic's own table, with the number of the last migration that was run.
HAS_VERSION = select(func.to_regclass("alembic_version").is_not(None))
VERSION = select(column("version_num", String)).select_from(table("alembic_version"))


def alembic_config(connection: Connection | None = None) -> "AlembicConfig":
    """Alembic's settings, without a file; migrations/env.py reads the connection from them."""
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def migrate(engine: AsyncEngine) -> None:
    """Runs the missing migrations, each in a transaction of its own, after any other process that
    runs them: so what one of them locks is free again before the next. Where one fails, those
    before it stay, and the next start goes on with it."""
    if await is_current(engine):
        return
    async with engine.connect() as connection:
        try:
            await connection.execute(select(func.pg_advisory_lock(MIGRATION_LOCK)))
            await connection.execute(select(func.set_config("lock_timeout", "10s", false())))
            # Alembic begins no transaction within another one.
            await connection.commit()
            await connection.run_sync(_upgrade)
        finally:
            # The lock and the setting end with the connection itself, which no pool may keep.
            await connection.invalidate()


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), "head")


async def is_current(engine: AsyncEngine) -> bool:
    """Whether all migrations have been run."""
    async with engine.connect() as connection:
        return await _version(connection) == newest()


async def _version(connection: AsyncConnection) -> str | None:
    if not await connection.scalar(HAS_VERSION):
        return None
    found: str | None = await connection.scalar(VERSION)
    return found


@cache
def newest() -> str:
    """The number of the last migration, with which the name of its file begins."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]
