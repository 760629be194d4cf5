"""Looks that can take long: few of them at once, and none of them for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.db import Database
from ideahub.i18n import _
from ideahub.refusals import Busy

# For one transaction. Which plan is good depends on how common the words are that are looked
# for: a plan for any words would read half of all ideas for the common ones.
BOUNDS = text("""
    select set_config('statement_timeout', cast(:milliseconds as text), true),
        set_config('plan_cache_mode', 'force_custom_plan', true)
""")


@asynccontextmanager
async def heavy_look(
    database: Database, *, seconds: float, patience: float
) -> AsyncIterator[AsyncSession]:
    """A session for a look that can take long, each of its statements at most `seconds`.

    Whoever finds too many such looks under way waits at most `patience` seconds and holds
    nothing meanwhile that others need; then it raises Busy.
    """
    await _enter(database.heavy_looks, patience)
    try:
        async with database.transaction() as session:
            await session.execute(BOUNDS, {"milliseconds": str(int(seconds * 1000))})
            yield session
            # It was only a look; and the limits go with it even within a larger transaction.
            await session.rollback()
    finally:
        database.heavy_looks.release()


async def _enter(few: asyncio.Semaphore, patience: float) -> None:
    if not few.locked():
        await few.acquire()
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await few.acquire()
            return
    raise Busy(
        _(
            "Many people search at this moment. Try again in a few seconds; "
            "until then the lists can be read without searching."
        )
    )
