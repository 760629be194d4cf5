"""Stores the rows of a list of a campaign, such as its prizes, in the order in which they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.locking import held

# More than any list has rows.
OFFSET = 1_000


@dataclass(frozen=True)
class PlannedRow:
    """A row as it is to be stored: the number of the stored one, None for a new one; its columns;
    and the rows within it."""

    id: int | None
    values: Mapping[str, Any]
    within: Sequence["PlannedRow"] = field(default_factory=tuple)


async def put_in_order(
    db: AsyncSession, table: Any, owner: Mapping[str, int], planned: Sequence[PlannedRow]
) -> list[Any]:
    """Makes the planned rows the owner's only ones, in this order, and returns them.

    `table` has a column `position`; `owner` is the column that says whose they are, and its value.
    """
    ((column, number),) = owner.items()
    own = select(table).where(getattr(table, column) == number).order_by(table.position)
    stored = {row.id: row for row in await db.scalars(held(own))}
    # New ones may take only what no other row of the plan names.
    rows = [stored.pop(plan.id or 0, None) for plan in planned]
    rows = [
        row or _sent_before(stored, plan) or table(**owner)
        for row, plan in zip(rows, planned, strict=True)
    ]
    for gone in stored.values():
        await db.delete(gone)
    await _make_room(db, table, getattr(table, column) == number)
    for position, (row, plan) in enumerate(zip(rows, planned, strict=True), 1):
        row.position = position
        for name, value in plan.values.items():
            setattr(row, name, value)
        db.add(row)
    await db.flush()
    return rows


async def _make_room(db: AsyncSession, table: Any, own: Any) -> None:
    """Moves the rows out of the way, so that none gets the place of one that has not moved yet."""
    moved = update(table).where(own).values(position=table.position + OFFSET)
    await db.execute(moved.execution_options(synchronize_session="fetch"))


def _sent_before(stored: dict[int, Any], plan: PlannedRow) -> Any:
    """The row that an earlier press of the same button has added: it has the same values."""
    same = (
        number
        for number, row in stored.items()
        if all(getattr(row, name) == value for name, value in plan.values.items())
    )
    found = next(same, None)
    return stored.pop(found) if found is not None else None
