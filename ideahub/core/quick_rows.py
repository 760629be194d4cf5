"""Runs a SELECT on the driver's own connection, without SQLAlchemy's execution around it.

Of the 250 µs that a small query costs this process, SQLAlchemy's execution takes 190. A statement
that was made at import is compiled once, and its parameters and rows need little more than the
driver gives. For sessions that only read: there is no transaction that the driver had to begin.
"""

import re
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy import Dialect, PoolProxiedConnection, Row, Select, SelectBase, UpdateBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.util import greenlet_spawn

from ideahub.core.database_faults import is_gone

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])
Rows = Sequence[Row[*tuple[Any, ...]]]
Convert = Callable[[Any], Any] | None
# In a session's `info`: whether it is for reading only, on a connection without a transaction; and
# the driver's connection.
READS_ONLY = "reads only"
DRIVER = "driver"
ONE_PLAN = "one_plan"
# A parameter as SQLAlchemy writes it, with its type, which may be that of a list.
PARAMETER = re.compile(r"\$\d+::(\w+(?: WITH TIME ZONE)?(?:\([\d, ]+\))?(\[\])?)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a statement: its name, whether its value has to be given or else which it
    is, and how the value is converted for the driver."""

    name: str
    required: bool
    default: Any
    convert: Convert


@dataclass(frozen=True, slots=True)
class Plan:
    """How a statement is run: its text, its parameters in order, and what makes a row of what the
    driver gives."""

    sql: str
    parameters: tuple[Parameter, ...]
    row: Callable[[Iterable[Any]], Any]


class QuickReader:
    """A connection of the engine's pool that runs statements by `rows_of` alone, in the place of a
    session: to open and close one costs more than what most pages' statements do."""

    def __init__(self, engine: AsyncEngine, pooled: PoolProxiedConnection) -> None:
        self._engine = engine
        self._pooled = pooled
        self.info: dict[Any, Any] = {READS_ONLY: True, DRIVER: pooled.driver_connection}

    @classmethod
    @asynccontextmanager
    async def opened(cls, engine: AsyncEngine) -> AsyncIterator["QuickReader"]:
        """One for as long as the block lasts. Raises DBAPIError where there is no connection."""
        dbapi = engine.dialect.dbapi
        assert dbapi
        try:
            pooled = await engine.raw_connection()
        except dbapi.Error as fault:
            # Where a session needs a connection, SQLAlchemy does this.
            raise DBAPIError(None, None, fault) from fault
        try:
            yield cls(engine, pooled)
        finally:
            await greenlet_spawn(pooled.close)

    def get_bind(self) -> AsyncEngine:
        """The engine, as of a session."""
        return self._engine

    async def connection(self) -> "QuickReader":
        """The connection, as of a session."""
        return self

    async def invalidate(self) -> None:
        """Lets the pool replace the connection."""
        await greenlet_spawn(self._pooled.invalidate)

    async def run_sync(self, _run: Any) -> Any:
        """Raises TypeError: what needs a session cannot be run here."""
        raise TypeError("a quick reader runs nothing but what rows_of runs on the driver")


# None for statements that only SQLAlchemy can run.
_plans: WeakKeyDictionary[Any, Plan | None] = WeakKeyDictionary()


async def quick_rows(db: AsyncSession, statement: Any, values: Mapping[str, Any]) -> Rows | None:
    """The rows of the statement; None where only SQLAlchemy can run it.

    Rows have their columns as attributes and in `_mapping`. Raises DBAPIError, as SQLAlchemy does.
    """
    if statement in _plans and _plans[statement] is None:
        return None
    if DRIVER not in db.info:
        pooled = await (await db.connection()).get_raw_connection()
        db.info[DRIVER] = pooled.driver_connection
    driver: asyncpg.Connection = db.info[DRIVER]
    try:
        if statement not in _plans:
            _plans[statement] = await _plan(driver, db.get_bind().dialect, statement)
        plan = _plans[statement]
        if plan is None:
            return None
        found = await driver.fetch(plan.sql, *_sent(plan, values))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as fault:
        # A connection that broke in the middle of a statement may not know yet that it is closed.
        broken = isinstance(fault, asyncpg.InternalClientError) or is_gone(fault)
        lost = broken or driver.is_closed()
        if lost:
            await (await db.connection()).invalidate()
        raise DBAPIError(None, None, fault, True, connection_invalidated=lost) from fault
    return cast(Rows, [plan.row(record) for record in found])


def with_one_plan(statement: Statement) -> Statement:
    """The same statement, of which PostgreSQL keeps one plan on each connection, whatever its
    values are: for one that takes longer to plan than to run.

    Else PostgreSQL plans it anew each time, where it hopes that to know the values will pay. Not
    for what has to be planned by its values, such as a filter that may find many or none.
    """
    options: Any = {ONE_PLAN: True}
    return statement.execution_options(**options)


def _text(compiled: Any, statement: Any) -> str:
    if not statement.get_execution_options().get(ONE_PLAN):
        return str(compiled)
    # PostgreSQL does not look into these before it plans. A list stays one: without its type, ANY
    # would take the rows of the subquery.
    return PARAMETER.sub(
        lambda found: f"(SELECT {found[0]}){f'::{found[1]}' if found[2] else ''}", str(compiled)
    )


async def _plan(driver: asyncpg.Connection, dialect: Dialect, statement: Any) -> Plan | None:
    compiled = statement.compile(dialect=dialect)
    if not isinstance(statement, SelectBase | UpdateBase) or compiled.post_compile_params:
        return None
    columns = statement.exported_columns.values()
    sql = _text(compiled, statement)
    attributes = (await driver.prepare(sql)).get_attributes()
    converts = [
        column.type.dialect_impl(dialect).result_processor(dialect, attribute.type.oid)
        for column, attribute in zip(columns, attributes, strict=True)
    ]
    return Plan(
        sql,
        tuple(_parameter(compiled, dialect, name) for name in compiled.positiontup or ()),
        _row_class([attribute.name for attribute in attributes], converts),
    )


def _parameter(compiled: Any, dialect: Dialect, name: str) -> Parameter:
    bound = compiled.binds[name]
    convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
    return Parameter(bound.key, bound.required, compiled.params.get(name), convert)


def _sent(plan: Plan, values: Mapping[str, Any]) -> list[Any]:
    return [
        parameter.convert(value) if parameter.convert else value
        for parameter in plan.parameters
        for value in (
            values[parameter.name]
            if parameter.required
            else values.get(parameter.name, parameter.default),
        )
    ]


def _row_class(names: list[str], converts: Sequence[Convert]) -> Callable[[Iterable[Any]], Any]:
    plain = namedtuple("plain", names, rename=True)  # type: ignore[misc]

    class QuickRow(plain):
        """A row, as SQLAlchemy's."""

        __slots__ = ()

        @property
        def _mapping(self) -> dict[str, Any]:
            return dict(zip(names, self, strict=True))

    wanted = [(at, convert) for at, convert in enumerate(converts) if convert]
    if not wanted:
        return QuickRow._make

    def made(record: Iterable[Any]) -> Any:
        values = list(record)
        for at, convert in wanted:
            values[at] = convert(values[at])
        return QuickRow._make(values)

    return made
