"""The places of a score run, the best first."""

from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.paging import place_after
from ideahub.entries.models import Entry, EntryRevision
from ideahub.results.models import RunPlace

AT_ONCE = 100
RUN_ID = bindparam("run_id", type_=BigInteger)
# Entries without a rank come last.
LAST_RANK = 2**40


class PlaceView(msgspec.Struct, frozen=True):
    """The place of an entry in a run; what names its people is shown to managers only."""

    entry_id: int
    number: int | None
    title: str
    team_name: str
    rank: int | None
    value: Decimal | None
    is_shared: bool


_rank = func.coalesce(RunPlace.rank, constant(LAST_RANK))
PLACES = (
    select(
        RunPlace.entry_id,
        Entry.number,
        EntryRevision.title,
        EntryRevision.team_name,
        RunPlace.rank,
        RunPlace.value,
        RunPlace.is_shared,
    )
    .join(Entry, Entry.id == RunPlace.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(RunPlace.run_id == RUN_ID)
    .order_by(_rank, RunPlace.entry_id)
    .limit(constant(AT_ONCE + 1))
)
_place = bindparam("key", type_=BigInteger)
PLACES_AFTER = PLACES.where(
    or_(
        _rank > _place,
        and_(_rank == _place, RunPlace.entry_id > bindparam("number", type_=BigInteger)),
    )
)


async def places_of(
    db: AsyncSession, run_id: int, after: dict[str, Any] | None = None
) -> tuple[list[PlaceView], str]:
    """At most AT_ONCE places of a run, the best first, and the place in the list from which it
    goes on; empty at its end."""
    statement = PLACES_AFTER if after else PLACES
    rows = await rows_of(db, statement, {RUN_ID.key: run_id, **(after or {})})
    found = [PlaceView(*row) for row in rows[:AT_ONCE]]
    if len(rows) <= AT_ONCE:
        return found, ""
    last = found[-1]
    return found, place_after(LAST_RANK if last.rank is None else last.rank, last.entry_id)
