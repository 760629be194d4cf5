"""Sorts errors of the database: not reachable, too slow, or a value that it cannot store."""

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

# What is raised where the database cannot be reached, or the connection is lost.
NO_DATABASE = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    OSError,
)
# Every error that a query can raise: for code that logs it and goes on.
ANY_FAULT = (*NO_DATABASE, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError)

# Classes and codes of SQLSTATE, https://www.postgresql.org/docs/18/errcodes-appendix.html
_GONE = (
    "08",  # connection exception
    "53",  # insufficient resources: too many connections, no memory, disk full
    "57P",  # shut down, crashed, starting up, dropped, idle for too long
    "25P03",  # ended, as nothing was asked in a transaction for too long
    "25006",  # a server that only reads, such as a standby that is not promoted yet
)
_CANCELLED = "57014"  # by statement_timeout, or by the driver
_IN_THE_WAY = ("40", "55P03")  # deadlock, lock not available


class StatementTimeout(TimeoutError):
    """The driver has cancelled a statement that took too long."""

    sqlstate = _CANCELLED


def tell_statement_timeouts(engine: AsyncEngine) -> None:
    """Lets statements that the driver cancels raise StatementTimeout. The driver raises what it
    raises where no connection comes about in time, which means that the database is gone."""
    event.listen(engine.sync_engine, "handle_error", _tell_timeout)


def _tell_timeout(context: ExceptionContext) -> None:
    if isinstance(context.original_exception, TimeoutError) and context.statement:
        raise StatementTimeout("a statement took too long") from context.original_exception


def code_of(error: BaseException) -> str:
    """The SQLSTATE of a database error, also of one wrapped by SQLAlchemy; empty if it has none."""
    found = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(found, "sqlstate", None) or "")


def is_gone(error: BaseException) -> bool:
    """Whether the database could not be reached, or went away in the middle."""
    code = code_of(error)
    if code:
        return code.startswith(_GONE)
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, NO_DATABASE)


def is_too_slow(error: BaseException) -> bool:
    """Whether a statement was cancelled by its timeout, or failed by a deadlock or a lock."""
    return code_of(error).startswith((_CANCELLED, *_IN_THE_WAY))


def is_bad_value(error: BaseException) -> bool:
    """Whether a value does not fit its type in the database, such as a number that is too large."""
    found = error.orig if isinstance(error, DBAPIError) else error
    return any(
        isinstance(one, asyncpg.DataError) for one in (found, getattr(found, "__cause__", None))
    )
