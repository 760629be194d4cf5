"""Putting foreign records into the tables: once by their source_ref, and never half."""

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

# What is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


class SourceRow(NamedTuple):
    """A row to be stored, and where in the files it comes from."""

    where: str
    values: dict[str, Any]


class StoreResult(NamedTuple):
    """How many rows were new, and which the database refused, with its reason."""

    created: int
    refused: list[tuple[str, str]]


def reason_of(fault: DBAPIError) -> str:
    """Why the database refused a record; raises the fault again where the database is gone."""
    gone = isinstance(fault, OperationalError | InterfaceError) or fault.connection_invalidated
    if gone:
        raise fault
    return f"The database does not take it: {str(fault.orig).splitlines()[0].rpartition('>: ')[2]}"


async def put_organisation(db: AsyncSession, name: str, ref: str) -> int:
    """The number of the organisation with this source_ref, made if it is new."""
    values = {"name": name[:LONGEST_NAME], "source_ref": ref[:LONGEST_REF]}
    await db.execute(
        insert(Organisation).values(values).on_conflict_do_nothing(index_elements=["source_ref"])
    )
    of_ref = Organisation.source_ref == values["source_ref"]
    return (await db.scalars(select(Organisation.id).where(of_ref))).one()


async def put_new(db: AsyncSession, table: type[Base], rows: Sequence[SourceRow]) -> StoreResult:
    """Stores the rows whose source_ref is new, all at once.

    Where the database refuses, the rows are halved until the one at fault is alone.
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
