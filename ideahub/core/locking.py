"""Rows that are held until the transaction ends, so that two changes follow each other."""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base
from ideahub.core.refusals import NotFound

Row = TypeVar("Row", bound=Base)
Query = TypeVar("Query", bound=Select[Any])


def held(query: Query, *, of: Any = None) -> Query:
    """The same select, which waits for whoever holds its rows, reads them anew and holds them;
    where it joins tables, those of the table `of`.

    Rows of other tables may still be added that refer to them. Several rows need an order, so
    that two who want the same never wait for each other.
    """
    return query.with_for_update(key_share=True, of=of).execution_options(populate_existing=True)


async def locked(db: AsyncSession, table: type[Row], number: int | None) -> Row:
    """The row with this number, held; raises NotFound where there is none (any more)."""
    found: Row | None = await db.scalar(_one(table), {"number": number})
    if found is None:
        raise NotFound
    return found


@cache
def _one(table: Any) -> Select[Any]:
    return held(select(table).where(table.id == bindparam("number", type_=BigInteger)))
