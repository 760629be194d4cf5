"""The database: the base of every table, and sessions whose transaction ends with the handler."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

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

from ideahub.core.connection_queue import PATIENCE_SECONDS, ConnectionQueue
from ideahub.core.database_faults import ANY_FAULT

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


HEAVY_LOOKS = 2


class Base(DeclarativeBase):
    """Every table; time is always with its zone."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        int: BigInteger,
    }


class Numbered:
    """Tables whose rows have a number of their own."""

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)


class Dated:
    """Tables whose rows know when they came to be, by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def table_of(entity: type[Base]) -> Table:
    """The table of a model, for statements of Core: made once, and run without the ORM."""
    assert isinstance(entity.__table__, Table)
    return entity.__table__


def constant(word: StrEnum | int) -> ColumnElement[Any]:
    """A word or number of our own in the statement's text.

    The planner knows it, which a parameter would hide: a bound LIMIT makes PostgreSQL plan anew
    each time.
    """
    if isinstance(word, int):
        return literal_column(str(word), BigInteger)
    return literal_column(f"'{word.value}'", String)


def interval(*, days: int = 0, minutes: int = 0) -> ColumnElement[timedelta]:
    """A stretch of time of our own in the statement's text."""
    none = constant(0)
    return func.make_interval(none, none, none, constant(days), none, constant(minutes))


def constants(*words: StrEnum) -> ColumnElement[Any]:
    """An array of words of our own in the statement's text."""
    return literal_column(f"'{{{','.join(word.value for word in words)}}}'", ARRAY(String))


async def rows_of(
    db: AsyncSession, statement: Executable, values: Mapping[str, Any]
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The rows of a select of columns that was made at import, with these values for what is
    bound in it.

    The session would look for entities in the statement and its rows, which costs a third more.
    """

    def run(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:
        session.flush()
        return session.connection().execute(statement, values).all()

    return await db.run_sync(run)


class Database:
    """Sessions on one pool, handed out first come, first served."""

    def __init__(self, bind: AsyncEngine | AsyncConnection, *, size: int = 10) -> None:
        self.bind = bind
        self.gate = ConnectionQueue(size)
        # Entered before the gate: however many search, the other connections stay for others.
        self.heavy_looks = ConnectionQueue(max(1, min(HEAVY_LOOKS, size // 2)))
        # The same for deeds with long texts, which are rendered and compared for a while.
        self.long_deeds = ConnectionQueue(max(1, size // 2))
        reads = bind
        if isinstance(bind, AsyncEngine):
            reads = bind.execution_options(isolation_level="AUTOCOMMIT")
        # Within a test's outer transaction a commit ends a savepoint, and no more.
        joined = "create_savepoint"
        self._writers = async_sessionmaker(
            bind, expire_on_commit=False, join_transaction_mode=joined
        )
        self._readers = async_sessionmaker(
            reads, expire_on_commit=False, join_transaction_mode=joined
        )

    @asynccontextmanager
    async def transaction(self, patience: float | None = None) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises GateTimeout where no connection becomes free within `patience` seconds (else the
        gate's).
        """
        async with self.gate.place(patience), self._writers() as session:
            try:
                yield session
            except BaseException:
                # What went wrong is the news, even where the connection is lost as well.
                with suppress(*ANY_FAULT):
                    await session.rollback()
                raise
            await session.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for looking only; without BEGIN and COMMIT each query costs a third less.

        Raises GateTimeout where no connection becomes free in time.
        """
        async with self.gate.place(), self._readers() as session:
            yield session


def open_database(url: str, *, size: int = 10, statement_seconds: float | None = None) -> Database:
    """A Database over a new pool of `size` connections to `url`.

    With `statement_seconds` PostgreSQL gives up what takes longer: for serving pages. Commands
    and migrations take the time they need.
    """
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=0,
        # The gate lets in no more than there are; what is asked past it waits no longer than there.
        pool_timeout=PATIENCE_SECONDS,
        pool_pre_ping=True,
        connect_args=_connection(statement_seconds),
    )
    return Database(engine, size=size)


def _connection(statement_seconds: float | None) -> dict[str, Any]:
    settings = {"application_name": "ideahub", "timezone": "UTC"}
    if statement_seconds is None:
        return {"timeout": 5, "server_settings": settings}
    settings["statement_timeout"] = str(int(statement_seconds * 1000))
    # Should the server not even say that it gave up: ours, a little later.
    return {"timeout": 5, "command_timeout": statement_seconds + 5, "server_settings": settings}
