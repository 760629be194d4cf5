"""What is done to a database before it is served."""

from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import Config
from ideahub.core.db import open_database
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.demo.leaving import leave_demo
from ideahub.server.migrating import migrate


async def prepare(config: Config, url: str) -> None:
    """Migrates the database, and fills the demo or takes its people's rights away."""
    # On a connection of its own, whose statements may take long.
    database = open_database(url, size=1)
    assert isinstance(database.bind, AsyncEngine)
    try:
        await migrate(database.bind)
        if config.demo:
            # Imported late: real sites do not need its texts.
            from ideahub.demo.filling import fill_demo

            # What it seals is read by the site.
            site = Site(config.public_url, config.language, config.timezone)
            database.serve(site, SiteKeys(config))
            await fill_demo(database)
        else:
            await leave_demo(database)
    finally:
        await database.bind.dispose()
