"""What wakes the hub when an event was committed, and says whether it can still be heard."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.db import Database
from ideahub.core.events import CHANNEL

LOOK_SECONDS, PATIENCE_SECONDS = 1.0, 5.0


class Announcements(Protocol):
    """Where announcements come from. They carry nothing: the table of events has the truth."""

    # After so many seconds without one the table is looked at all the same.
    look_seconds: float

    @property
    def connection(self) -> int:
        """The number of the present connection, from 1; 0 while announcements do not arrive."""

    def listening(self, woken: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Calls `woken` after each announcement, during the block. Raises what a connection can
        raise, where nothing could be read without it either."""

    async def must_hear(self) -> None:
        """Raises what `listening` raises, if announcements do not arrive any more."""


class Notifications:
    """PostgreSQL's own, LISTEN and NOTIFY, on a connection of its own."""

    look_seconds = LOOK_SECONDS

    def __init__(self, database: Database) -> None:
        bind = database.bind
        engine = bind if isinstance(bind, AsyncEngine) else bind.engine
        self._url = database.direct_url or engine.url
        self._connection: asyncpg.Connection | None = None
        self._connections = 0

    @property
    def connection(self) -> int:
        """See Announcements."""
        is_open = self._connection is not None and not self._connection.is_closed()
        return self._connections if is_open else 0

    @asynccontextmanager
    async def listening(self, woken: Callable[[], None]) -> AsyncIterator[None]:
        """See Announcements."""
        url = make_url(self._url).set(drivername="postgresql")
        self._connection = connection = await asyncpg.connect(
            url.render_as_string(hide_password=False), timeout=PATIENCE_SECONDS
        )
        try:
            await connection.add_listener(CHANNEL, lambda *_heard: woken())
            connection.add_termination_listener(lambda _gone: woken())
            self._connections += 1
            yield
        finally:
            self._connection = None
            connection.terminate()

    async def must_hear(self) -> None:
        """See Announcements."""
        assert self._connection
        await self._connection.execute("select 1", timeout=PATIENCE_SECONDS)
