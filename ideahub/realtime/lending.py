"""Lends a few sessions for reading to many who wait, each to one after the other.

Where thousands come back at once, opening a session for each of them costs three times what they
ask with it.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.connection_queue import ConnectionQueue
from ideahub.core.db import Database

# So many times one is lent; then a page that waits for a connection gets it.
MOST_IN_A_ROW = 50
# Whoever is let in here has waited already, so is not turned away where pages would be.
ANY_NUMBER = 1_000_000


@dataclass
class _Lent:
    session: AsyncSession
    closing: AsyncExitStack
    times: int = field(default=0)


class Lending:
    """Lends at most `size` sessions at once; whoever gets none within `patience` seconds raises
    QueueTimeout."""

    def __init__(self, database: Database, size: int, *, patience: float) -> None:
        self._database = database
        self._queue = ConnectionQueue(size, patience=patience)
        # Those that are handed on to somebody who waits.
        self._handed_on: list[_Lent] = []

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session for reading, which somebody else may have read with before."""
        try:
            async with self._queue.place():
                lent = self._handed_on.pop() if self._handed_on else await self._open()
                try:
                    yield lent.session
                except BaseException:
                    await lent.closing.aclose()
                    raise
                await self._take_back(lent)
        finally:
            await self._close_unwanted()

    async def _open(self) -> _Lent:
        closing = AsyncExitStack()
        reading = self._database.reading(most_waiting=ANY_NUMBER)
        return _Lent(await closing.enter_async_context(reading), closing)

    async def _take_back(self, lent: _Lent) -> None:
        lent.times += 1
        # Else the next one would get rows as they were when somebody before read them.
        lent.session.expunge_all()
        if self._queue.waiting and lent.times < MOST_IN_A_ROW:
            self._handed_on.append(lent)
        else:
            await lent.closing.aclose()

    async def _close_unwanted(self) -> None:
        # The one who waited may have given up.
        while self._handed_on and not self._queue.waiting:
            await self._handed_on.pop().closing.aclose()
