"""A second server that follows the database, for reading the pages of those who are signed out."""

import asyncio
import logging
from contextlib import AsyncExitStack
from time import monotonic

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from ideahub.core.connection_queue import ConnectionQueue, QueueTimeout
from ideahub.core.database_faults import ANY_FAULT

log = logging.getLogger(__name__)

# How long to wait for a connection and for its first answer; and after a fault, how long the
# replica is left alone.
PATIENCE_SECONDS, AWAY_SECONDS = 1.0, 5.0
_START: ColumnElement[str] = literal_column("'0/0'")
# Where the primary's log ends, in bytes. The insert position: with asynchronous commits others see
# a change before it is written.
WRITTEN = select(cast(func.pg_wal_lsn_diff(func.pg_current_wal_insert_lsn(), _START), BigInteger))
# How much of it the replica has taken over; NULL for a server that follows none (any more).
REPLAYED = select(
    case(
        (
            func.pg_is_in_recovery(),
            cast(func.pg_wal_lsn_diff(func.pg_last_wal_replay_lsn(), _START), BigInteger),
        )
    )
)


class Replica:
    """Gives sessions on the replica, as long as it is not behind what this process has told.

    Whenever the hub has looked for events, and before it tells anybody of them, it notes how long
    the primary's log is; a page is read here only if the replica has taken over that much.
    """

    def __init__(self, engine: AsyncEngine, *, size: int) -> None:
        self.engine = engine
        self._queue = ConnectionQueue(size, patience=PATIENCE_SECONDS)
        reads = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._readers = async_sessionmaker(reads, expire_on_commit=False)
        # In bytes of the log; None while it is not known what was told.
        self._needed: int | None = None
        self._left_alone_until = 0.0

    async def note(self, primary: AsyncSession) -> None:
        """Requires of the replica all that a session on the primary can see now."""
        self._needed = int((await primary.execute(WRITTEN)).scalar_one())

    def forget(self) -> None:
        """Uses the replica no more, until `note` is called again."""
        self._needed = None

    async def session(self, stack: AsyncExitStack) -> AsyncSession | None:
        """A session, until the stack is closed; None where the primary has to be read."""
        if self._needed is None or monotonic() < self._left_alone_until:
            return None
        try:
            async with AsyncExitStack() as opening:
                await opening.enter_async_context(self._queue.place())
                session = await opening.enter_async_context(self._readers())
                async with asyncio.timeout(PATIENCE_SECONDS):
                    replayed = (await session.execute(REPLAYED)).scalar_one()
                if not self._is_enough(replayed):
                    return None
                stack.push_async_exit(opening.pop_all())
                return session
        except QueueTimeout:
            return None
        except (*ANY_FAULT, TimeoutError) as fault:
            log.warning("The replica is away: %s", fault)
            self._left_alone_until = monotonic() + AWAY_SECONDS
            return None

    def _is_enough(self, replayed: int | None) -> bool:
        # Somebody may have been told of something more while the replica answered.
        return replayed is not None and self._needed is not None and replayed >= self._needed
