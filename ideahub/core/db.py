"""The database: the base class of every table, helpers for SQL, and sessions."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Executable,
    Identity,
    MetaData,
    Row,
    String,
    Table,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from ideahub.core.announcing import Announcer, by_announcer, is_to_announce
from ideahub.core.connection_queue import PATIENCE_SECONDS, ConnectionQueue
from ideahub.core.database_faults import ANY_FAULT, tell_statement_timeouts
from ideahub.core.file_store import IN_SESSION, FileStore
from ideahub.core.idle_connections import check_idle_connections
from ideahub.core.quick_rows import READS_ONLY, QuickReader, quick_rows
from ideahub.core.replica import Replica
from ideahub.core.site import SITE, Site
from ideahub.core.site_keys import IN_SESSION as KEYS
from ideahub.core.site_keys import SiteKeys

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# When so many wait for a connection, some two or five seconds of work, who comes then is told at
# once to come back: a page sooner than a deed. Votes wait elsewhere, see ideas/ballot_box.py.
MOST_PAGES, MOST_DEEDS = 150, 400
# How many heavy reads run at once, see core/heavy_reads.py.
HEAVY_READS = 2


class Base(DeclarativeBase):
    """The base of every table; times are stored with their zone, whole numbers in 64 bits."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        int: BigInteger,
    }


class Numbered:
    """For tables whose rows have an `id` that the database counts."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)


class Dated:
    """For tables whose rows say when they were added, by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def table_of(entity: type[Base]) -> Table:
    """The table of a model, for statements that are run without the ORM."""
    assert isinstance(entity.__table__, Table)
    return entity.__table__


def constant(word: StrEnum | int) -> ColumnElement[Any]:
    """A word or number that we chose ourselves, written into the text of the statement.

    So the planner knows it, which it does not of a parameter: with a bound LIMIT PostgreSQL
    plans again each time.
    """
    if isinstance(word, int):
        return literal_column(str(word), BigInteger)
    return literal_column(f"'{word.value}'", String)


def interval(*, days: int = 0, minutes: int = 0) -> ColumnElement[timedelta]:
    """A length of time that we chose ourselves, written into the text of the statement."""
    none = constant(0)
    return func.make_interval(none, none, none, constant(days), none, constant(minutes))


def constants(*words: StrEnum) -> ColumnElement[Any]:
    """An array of words that we chose ourselves, written into the text of the statement."""
    return literal_column(f"'{{{','.join(word.value for word in words)}}}'", ARRAY(String))


async def rows_of(
    db: AsyncSession, statement: Executable, values: Mapping[str, Any]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a SELECT of columns; `values` are its bound parameters.

    In a session for reading it is run by the driver itself, see quick_rows.py. In a transaction it
    is run on the session's connection: the session would look for entities in the statement and
    its rows, which costs a third more.
    """
    if db.info.get(READS_ONLY):
        rows = await quick_rows(db, statement, values)
        if rows is not None:
            return rows

    def run(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:
        session.flush()
        return session.connection().execute(statement, values).all()

    return await db.run_sync(run)


class Database:
    """Hands out sessions on one pool of connections, first come, first served."""

    def __init__(
        self, bind: AsyncEngine | AsyncConnection, *, size: int = 10, pooled: bool = False
    ) -> None:
        self.bind = bind
        # Behind a pooler each statement without a transaction may run on another connection, and
        # the second half of one (its parameters after its text) as well.
        self._pooled = pooled
        self.announcer: Announcer | None = None
        # For connections that need a session of their own, where `bind` goes to a pooler.
        self.direct_url: str | None = None
        self.replica: Replica | None = None
        # Where large files are kept, see core/stored_files.py.
        self.files: FileStore | None = None
        # What a session has to know; rules and queries find it in `db.info`.
        self._told: dict[Any, Any] = {}
        self.queue = ConnectionQueue(size)
        # Entered before the queue: however many people search, others still get a connection.
        self.heavy_reads = ConnectionQueue(max(1, min(HEAVY_READS, size // 2)))
        # The same for deeds with long texts, which take a while to be rendered and compared.
        self.long_deeds = ConnectionQueue(max(1, size // 2))
        reads = bind
        if isinstance(bind, AsyncEngine) and not pooled:
            reads = bind.execution_options(isolation_level="AUTOCOMMIT")
        # Is called with a session's `info` once its transaction is committed.
        self.after_commit: Callable[[Mapping[Any, Any]], None] | None = None
        # In tests the bind is a connection within a transaction: commits end a savepoint only.
        joined = "create_savepoint"
        self._writers = async_sessionmaker(
            bind, expire_on_commit=False, join_transaction_mode=joined, info=self._told
        )
        self._readers = async_sessionmaker(
            reads, expire_on_commit=False, join_transaction_mode=joined, info=self._told
        )

    @asynccontextmanager
    async def transaction(
        self, patience: float | None = None, *, most_waiting: int | None = MOST_DEEDS
    ) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises QueueTimeout where no connection becomes free within `patience` seconds (without
        it, within the queue's own), and at once where `most_waiting` others wait for one.
        """
        place = self.queue.place(patience, most_waiting=most_waiting)
        async with place, self._writers() as session:
            try:
                yield session
            except BaseException:
                # The first error is the one to raise, even where the rollback fails as well.
                with suppress(*ANY_FAULT):
                    await session.rollback()
                raise
            await session.commit()
            if self.announcer and is_to_announce(session):
                self.announcer.announce()
            if self.after_commit:
                self.after_commit(session.info)

    def announce_by(self, announcer: Announcer) -> None:
        """Lets committed events be announced by this instead of by PostgreSQL's NOTIFY."""
        self.announcer = announcer
        self._told |= by_announcer()

    def serve(self, site: Site, keys: SiteKeys | None = None) -> None:
        """Lets sessions know the site that they belong to, see core/site.py and site_keys.py."""
        self._told |= {SITE: site} | ({KEYS: keys} if keys else {})

    def keep_files_in(self, store: FileStore) -> None:
        """Keeps large files there, and not in the database."""
        self.files = store
        self._told[IN_SESSION] = store

    def _reads_quickly(self, bind: Any) -> bool:
        # Whoever listens to the engine's statements, such as a test that counts them, hears all.
        if not isinstance(bind, AsyncEngine) or self._pooled:
            return False
        listeners = bind.sync_engine.dispatch
        return not (listeners.before_execute or listeners.before_cursor_execute)

    @asynccontextmanager
    async def reading(
        self, *, stranger: bool = False, at_once: bool = False, most_waiting: int | None = None
    ) -> AsyncIterator[AsyncSession]:
        """A session for reading only; without BEGIN and COMMIT each query costs a third less.

        For a `stranger`, who cannot have changed anything, it may be on the replica. With `at_once`
        it is on a connection for which no request waits; for the hub, without which nothing can be
        kept for those who wait. Raises QueueTimeout where no connection becomes free in time, and
        at once where `most_waiting` wait for one, or without it MOST_PAGES.
        """
        async with AsyncExitStack() as stack:
            session = await self.replica.session(stack) if stranger and self.replica else None
            if session is None:
                if not at_once:
                    place = self.queue.place(most_waiting=most_waiting or MOST_PAGES)
                    await stack.enter_async_context(place)
                session = await stack.enter_async_context(self._readers())
            session.info[READS_ONLY] = self._reads_quickly(session.bind)
            yield session
            if self._pooled:
                await session.commit()

    @asynccontextmanager
    async def quick_reading(self) -> AsyncIterator[AsyncSession]:
        """`reading`, for code that runs nothing but `rows_of`: where it can be, without a session,
        which costs more than such code. Raises QueueTimeout as `reading` does."""
        if not isinstance(self.bind, AsyncEngine) or not self._reads_quickly(self.bind):
            async with self.reading() as session:
                yield session
            return
        async with (
            self.queue.place(most_waiting=MOST_PAGES),
            QuickReader.opened(self.bind) as reader,
        ):
            # For rows_of it is one.
            yield cast(AsyncSession, reader)


def open_database(
    url: str, *, size: int = 10, statement_seconds: float | None = None, pooled: bool = False
) -> Database:
    """A Database over a new pool of `size` connections to `url`, and one more for the hub.

    With `statement_seconds` PostgreSQL cancels statements that take longer; for serving pages.
    Commands and migrations may take the time they need. With `pooled`, `url` is a pooler's that
    gives a connection away after each transaction, such as PgBouncer's.
    """
    options = _through_pooler(statement_seconds) if pooled else _direct(statement_seconds)
    engine = _engine(url, size + 1, options)
    if pooled:
        tell_statement_timeouts(engine)
    return Database(engine, size=size, pooled=pooled)


def open_replica(url: str, *, size: int, statement_seconds: float) -> Replica:
    """A Replica over a new pool of `size` connections to `url`, with the same limit."""
    return Replica(_engine(url, size, _direct(statement_seconds)), size=size)


def _engine(url: str, size: int, connect_args: dict[str, Any]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        # The queue lets in no more than `size`; what goes past it waits for no longer than there.
        pool_timeout=PATIENCE_SECONDS,
        connect_args=connect_args,
        # What people wrote belongs in no log.
        hide_parameters=True,
    )
    check_idle_connections(engine)
    return engine


# After which the database ends a transaction in which nothing is asked. What a node has locked that
# vanished without a word would stay locked until the system gives its connection up, for hours.
IDLE_TRANSACTION_SECONDS = 30.0
SESSION = {"application_name": "ideahub", "timezone": "UTC"}


def _direct(statement_seconds: float | None) -> dict[str, Any]:
    if statement_seconds is None:
        return {"timeout": 5, "server_settings": SESSION}
    limits = {
        "statement_timeout": statement_seconds,
        "idle_in_transaction_session_timeout": IDLE_TRANSACTION_SECONDS,
    }
    settings = SESSION | {name: str(int(seconds * 1000)) for name, seconds in limits.items()}
    # Our own limit, a little later, for a server that does not even answer that it cancelled.
    return {"timeout": 5, "command_timeout": statement_seconds + 5, "server_settings": settings}


def _through_pooler(statement_seconds: float | None) -> dict[str, Any]:
    """The next transaction may be on another connection, where nothing is prepared or set."""
    return {
        "timeout": 5,
        "server_settings": SESSION,
        # A setting of the session would be refused, or hold for other sessions: so the driver
        # itself cancels what takes too long.
        "command_timeout": statement_seconds,
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": str,  # an empty name: each one replaces the last
    }
