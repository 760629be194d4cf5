"""Row locks, held until the transaction ends, so that changes to a row follow each other."""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base
from ideahub.core.refusals import NotFound

Row = TypeVar("Row", bound=Base)
Query = TypeVar("Query", bound=Select[Any])


def held(query: Query, *, of: Any = None) -> Query:
    """The same select with a lock on its rows (FOR NO KEY UPDATE), which reads them again.

    `of` is the table whose rows are locked, where it joins several. Rows that refer to the locked
    ones can still be added. A select of several rows needs an order, so that two transactions
    that want the same rows never wait for each other.
    """
    return query.with_for_update(key_share=True, of=of).execution_options(populate_existing=True)


def unchanged(query: Query, *, of: Any = None) -> Query:
    """The same select with a shared lock on its rows (FOR SHARE): until the transaction ends nobody
    changes them, but others may hold them in the same way. `of` is as in `held`."""
    return query.with_for_update(read=True, of=of)


def kept(query: Query) -> Query:
    """The same select with the weakest lock on its rows (FOR KEY SHARE): until the transaction ends
    nobody has them `for_oneself`; all else can go on."""
    return query.with_for_update(read=True, key_share=True)


def for_oneself(query: Query) -> Query:
    """The same select with the strongest lock on its rows (FOR UPDATE), which reads them again:
    nobody else holds them in any way, nor adds rows that refer to them. To be taken before any
    other lock on these rows."""
    return query.with_for_update().execution_options(populate_existing=True)


def taken_by_nobody(query: Query, *, of: Any = None) -> Query:
    """The same select of those rows that nobody else has locked, which are then locked: so that
    several processes share out work without waiting for each other. `of` is as in `held`."""
    return query.with_for_update(skip_locked=True, of=of)


async def locked(db: AsyncSession, table: type[Row], number: int | None) -> Row:
    """The row with this number, locked; raises NotFound where there is none (any more)."""
    found: Row | None = await db.scalar(_by_number(table), {"number": number})
    if found is None:
        raise NotFound
    return found


@cache
def _by_number(table: Any) -> Select[Any]:
    return held(select(table).where(table.id == bindparam("number", type_=BigInteger)))


async def one_at_a_time(db: AsyncSession, what: str) -> None:
    """Waits until no other transaction holds this name, and holds it until this one ends: for what
    has no row yet that could be locked."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
