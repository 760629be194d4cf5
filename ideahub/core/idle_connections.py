"""Checks connections that were idle for a while before they are used again.

SQLAlchemy's own check before each use begins and ends a transaction, three messages to the server
and back: more than most pages' statements cost. A connection that was used a moment ago is there.
"""

from time import monotonic
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine

IDLE_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
RETURNED_AT = "returned at"


def check_idle_connections(engine: AsyncEngine) -> None:
    """Replaces connections of the pool that were closed, or that do not answer after having been
    idle for IDLE_SECONDS, before they are used."""
    event.listen(engine.sync_engine, "checkin", _note)
    event.listen(engine.sync_engine, "checkout", _check)


def _note(_connection: Any, record: Any) -> None:
    record.info[RETURNED_AT] = monotonic()


def _check(connection: Any, record: Any, _proxy: Any) -> None:
    returned = record.info.get(RETURNED_AT)
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
    if returned is not None and monotonic() - returned > IDLE_SECONDS:
        try:
            connection.run_async(_ping)
        except (
            OSError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
        ):
            raise InvalidatePoolError from None


async def _ping(driver: asyncpg.Connection) -> None:
    await driver.fetchval("select 1", timeout=PATIENCE_SECONDS)
