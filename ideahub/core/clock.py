"""Runs the features' jobs every second and every minute, in one process at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database
from ideahub.core.file_store import StorageAway

Tick = Callable[[AsyncSession], Awaitable[None]]

log = logging.getLogger(__name__)

# Any number that nothing else in this database locks; the same in every process.
CLOCK_LOCK = 4_971_204
EVERY_SECONDS = 1.0


async def run_clock(database: Database, ticks: Sequence[Tick], seldom: Sequence[Tick]) -> None:
    """Runs `ticks` every second and `seldom` once a minute, until cancelled.

    Each tick has a transaction of its own. One that fails is logged and tried again next time.
    """
    for second in count():
        for tick in (*ticks, *seldom) if second % 60 == 0 else ticks:
            try:
                await _once(database, tick)
            except (*ANY_FAULT, StorageAway) as fault:
                log.warning("The clock could not %s: %s", tick.__name__, fault)
            except Exception:
                # A fault in our code must not stop the clock: no phase would close any more.
                log.exception("The clock could not %s", tick.__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def _once(database: Database, tick: Tick) -> None:
    async with database.transaction() as db:
        lock = select(func.pg_try_advisory_xact_lock(CLOCK_LOCK))
        if (await db.execute(lock)).scalar_one():
            await tick(db)
