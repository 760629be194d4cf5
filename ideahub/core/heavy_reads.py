"""Looks that can take long: few of them at once, and none of them for long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import String, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.connection_queue import QueueTimeout
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.refusals import Busy

# For one transaction. Which plan is good depends on how common the words are that are looked
# for: a plan for any words would read half of all ideas for the common ones.
BOUNDS = select(
    func.set_config("statement_timeout", bindparam("milliseconds", type_=String), true()),
    func.set_config("plan_cache_mode", "force_custom_plan", true()),
)


@asynccontextmanager
async def heavy_read(
    database: Database, *, seconds: float, patience: float
) -> AsyncIterator[AsyncSession]:
    """A session for a look that can take long, each of its statements at most `seconds`.

    Whoever finds too many such looks under way waits at most `patience` seconds and holds
    nothing meanwhile that others need; then it raises Busy.
    """
    few = database.heavy_looks.place(patience)
    try:
        async with few, database.transaction(patience) as session:
            await session.execute(BOUNDS, {"milliseconds": str(int(seconds * 1000))})
            yield session
            # It was only a look; and the limits go with it even within a larger transaction.
            await session.rollback()
    except QueueTimeout:
        raise Busy(
            _(
                "Many people search at this moment. Try again in a few seconds; "
                "until then the lists can be read without searching."
            )
        ) from None
