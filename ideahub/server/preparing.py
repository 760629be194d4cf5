"""What is done to a database before it is served."""

from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import Config
from ideahub.core.db import Database, open_database
from ideahub.core.first_provider import FirstProvider
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.demo.leaving import leave_demo
from ideahub.server.migrating import migrate


async def prepare(config: Config, url: str) -> None:
    """Migrates the database, fills the demo or takes its people's rights away, and adds the
    provider of sign-ins that the settings name."""
    # On a connection of its own, whose statements may take long.
    database = open_database(url, size=1)
    assert isinstance(database.bind, AsyncEngine)
    # What is sealed here is read by the site.
    database.serve(Site(config.public_url, config.language, config.timezone), SiteKeys(config))
    try:
        await migrate(database.bind)
        if config.demo:
            # Imported late: real sites do not need its texts.
            from ideahub.demo.filling import fill_demo

            await fill_demo(database)
        else:
            await leave_demo(database)
        if config.first_provider:
            await _add_provider(database, config.first_provider)
    finally:
        await database.bind.dispose()


async def _add_provider(database: Database, given: FirstProvider) -> None:
    # Imported late: sites that have one already need it no more.
    from ideahub.openid_connect.first_provider import add_first_provider

    async with database.transaction() as db:
        await add_first_provider(db, given)
