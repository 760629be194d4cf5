"""Reads that can take long, such as searches: few at once, each with a time limit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import String, bindparam, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.connection_queue import QueueTimeout
from ideahub.core.db import Database
from ideahub.core.i18n import _
from ideahub.core.refusals import Busy

# They hold for one transaction. Which plan is good depends on how common the searched words are:
# a generic plan would read half of all ideas for common ones. And PostgreSQL takes a word that it
# does not know for more frequent than it is: it would read the whole table to find a few.
BOUNDS = select(
    func.set_config("statement_timeout", bindparam("milliseconds", type_=String), true()),
    func.set_config("plan_cache_mode", "force_custom_plan", true()),
    func.set_config("enable_seqscan", "off", true()),
)


@asynccontextmanager
async def heavy_read(
    database: Database, *, seconds: float, patience: float
) -> AsyncIterator[AsyncSession]:
    """A session for a read that can take long; each statement may take at most `seconds`.

    Where too many such reads are running it waits at most `patience` seconds, without holding
    a connection, and then raises Busy.
    """
    few = database.heavy_reads.place(patience)
    try:
        async with few, database.transaction(patience) as session:
            await session.execute(BOUNDS, {"milliseconds": str(int(seconds * 1000))})
            yield session
            # Nothing was written; and a rollback resets the limits in a test's transaction, too.
            await session.rollback()
    except QueueTimeout:
        raise Busy(
            _(
                "Many people search at this moment. Try again in a few seconds; "
                "until then the lists can be read without searching."
            )
        ) from None
