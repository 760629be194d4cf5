"""Runs the migrations, once, however many processes start together."""

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select, true
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import MIGRATIONS

# Any number that nothing else in this database locks; the same in every process.
MIGRATION_LOCK = 4_971_203


def alembic_config(connection: Connection | None = None) -> AlembicConfig:
    """Alembic's settings, without a file; migrations/env.py reads the connection from them."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def migrate(engine: AsyncEngine) -> None:
    """Runs the missing migrations in one transaction, after any other process that runs them."""
    async with engine.begin() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        await connection.execute(select(func.set_config("lock_timeout", "10s", true())))
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))


async def is_current(engine: AsyncEngine) -> bool:
    """Whether all migrations have been run."""
    async with engine.connect() as connection:
        found = await connection.run_sync(
            lambda sync: MigrationContext.configure(sync).get_current_revision()
        )
    return found == ScriptDirectory.from_config(alembic_config()).get_current_head()
