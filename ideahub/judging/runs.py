"""The record of who was given what, and how it was calculated."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.entries.models import Entry
from ideahub.judging.models import Assignment, AssignmentRun
from ideahub.judging.visibility import STANDS
from ideahub.organisations.models import Person

_added = (
    select(func.count())
    .where(Assignment.run_id == AssignmentRun.id)
    .correlate(AssignmentRun)
    .scalar_subquery()
)
RUNS = (
    select(
        AssignmentRun.id,
        AssignmentRun.created_at,
        AssignmentRun.seed,
        AssignmentRun.inputs_hash,
        AssignmentRun.reason,
        Person.name,
        _added.label("added"),
        func.jsonb_array_length(AssignmentRun.uncovered).label("uncovered"),
    )
    .outerjoin(Person, Person.id == AssignmentRun.made_by)
    .where(AssignmentRun.panel_id == bindparam("panel_id", type_=BigInteger))
    .order_by(AssignmentRun.id)
)


class AssignmentRunView(msgspec.Struct, frozen=True):
    """A calculation as the record shows it: how many entries it gave to a judge."""

    id: int
    created_at: datetime
    seed: str
    inputs_hash: str
    reason: str
    name: str | None
    added: int
    uncovered: int


async def runs_of(db: AsyncSession, panel_id: int) -> Sequence[AssignmentRunView]:
    """The calculations of a panel, the oldest first."""
    found = await rows_of(db, RUNS, {"panel_id": panel_id})
    return [AssignmentRunView(**row._mapping) for row in found]


OF_JUDGE = (
    select(Entry.id, Entry.title)
    .join(Assignment, Assignment.entry_id == Entry.id)
    .where(Assignment.judge_id == bindparam("judge_id", type_=BigInteger), STANDS)
    .order_by(Entry.title, Entry.id)
)


async def entries_of_judge(db: AsyncSession, judge_id: int) -> list[tuple[int, str]]:
    """The numbers and titles of the entries that a judge has; for managers."""
    return [(row.id, row.title) for row in await rows_of(db, OF_JUDGE, {"judge_id": judge_id})]
