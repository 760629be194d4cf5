"""Inserts imported records: each only once, by its `source_ref`."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base
from ideahub.organisations.models import Organisation

LONGEST_REF = 300
LONGEST_NAME = 200

# Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


class SourceRow(NamedTuple):
    """A row to be stored, and its place in the files."""

    where: str
    values: dict[str, Any]


class StoreResult(NamedTuple):
    """How many rows were new, and the places of those that the database refused, with reasons."""

    created: int
    refused: list[tuple[str, str]]


def reason_of(fault: DBAPIError) -> str:
    """Why the database refused a record; raises `fault` where the database is gone."""
    gone = isinstance(fault, OperationalError | InterfaceError) or fault.connection_invalidated
    if gone:
        raise fault
    return f"The database does not take it: {str(fault.orig).splitlines()[0].rpartition('>: ')[2]}"


async def put_organisation(db: AsyncSession, name: str, ref: str) -> int:
    """The number of the organisation with this `source_ref`, which is added if there is none."""
    values = {"name": name[:LONGEST_NAME], "source_ref": ref[:LONGEST_REF]}
    await db.execute(
        insert(Organisation).values(values).on_conflict_do_nothing(index_elements=["source_ref"])
    )
    of_ref = Organisation.source_ref == values["source_ref"]
    return (await db.scalars(select(Organisation.id).where(of_ref))).one()


async def put_new(db: AsyncSession, table: type[Base], rows: Sequence[SourceRow]) -> StoreResult:
    """Inserts the rows whose `source_ref` is new.

    Where the database refuses them, it tries each half, until only the bad rows are left out.
    """
    if not rows:
        return StoreResult(0, [])
    statement = (
        insert(table.__table__)  # type: ignore[arg-type]
        .on_conflict_do_nothing(index_elements=["source_ref"])
        .returning(table.__table__.c.id)
    )
    try:
        async with db.begin_nested():
            stored = await db.execute(statement, [row.values for row in rows])
            return StoreResult(len(stored.all()), [])
    except DBAPIError as fault:
        reason = reason_of(fault)
    if len(rows) == 1:
        return StoreResult(0, [(rows[0].where, reason)])
    middle = len(rows) // 2
    first, second = [await put_new(db, table, part) for part in (rows[:middle], rows[middle:])]
    return StoreResult(first.created + second.created, first.refused + second.refused)
