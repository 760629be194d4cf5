"""Which database is served, and what is done to it before."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import Config
from ideahub.core.db import open_database
from ideahub.demo.filling import fill_demo
from ideahub.demo.leaving import leave_demo
from ideahub.server import embedded
from ideahub.server.migrating import migrate


@contextmanager
def database_url(config: Config) -> Iterator[str]:
    """The URL of the configured database, or of the embedded one, which runs during the block.

    It is the server's own: migrations and commands do not go through a pooler.
    """
    if given := config.direct_database_url or config.database_url:
        yield given
    else:
        with embedded.database(config.var / "postgres") as url:
            yield url


async def prepare(config: Config, url: str) -> None:
    """Migrates the database, and fills the demo or takes its people's rights away."""
    # On a connection of its own, whose statements may take long.
    database = open_database(url, size=1)
    assert isinstance(database.bind, AsyncEngine)
    try:
        await migrate(database.bind)
        if config.demo:
            await fill_demo(database)
        else:
            await leave_demo(database)
    finally:
        await database.bind.dispose()
