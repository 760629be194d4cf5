"""The tables that the migrations make are those that the models describe."""

from alembic import command
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.server.migrating import alembic_config


async def test_models_and_migrations_agree(engine: AsyncEngine) -> None:
    """Alembic's check raises, and names it, where a migration would be proposed."""
    async with engine.connect() as connection:
        await connection.run_sync(lambda sync: command.check(alembic_config(sync)))
