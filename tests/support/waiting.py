"""Whether one transaction comes to wait for another, of which the test holds one open."""

import asyncio
from typing import Any

from sqlalchemy import text

from ideahub.core.db import Database


async def waits_for_a_row(database: Database, sent: asyncio.Task[Any]) -> bool:
    """Whether the deed comes to wait for a row that another transaction holds."""
    waiting = text(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock' and wait_event in ('transactionid', 'tuple')"
    )
    async with asyncio.timeout(20):
        while not sent.done():
            async with database.reading() as db:
                if (await db.execute(waiting)).scalar_one():
                    return True
            await asyncio.sleep(0.02)
    return False
