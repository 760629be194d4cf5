"""Which entries a panel judges, in which revision, and who is behind them."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    cast,
    func,
    not_,
    or_,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.entries.models import Entry, EntryContributor, EntryRevision, TriageDecision

PHASE_ID = bindparam("entries_phase_id", type_=BigInteger)


class JudgedEntry(msgspec.Struct, frozen=True):
    """An entry as it was submitted; `people` are the numbers of those behind it."""

    id: int
    number: int | None
    title: str
    revision_id: int
    people: list[int]


def _is_ineligible() -> ColumnElement[bool]:
    newest = (
        select(not_(TriageDecision.is_eligible))
        .where(TriageDecision.entry_id == Entry.id)
        .order_by(TriageDecision.id.desc())
        .limit(constant(1))
        .correlate(Entry)
        .scalar_subquery()
    )
    return func.coalesce(newest, False)


# Submitted, confirmed by whoever it was made for, not withdrawn, and not found ineligible.
IS_JUDGED = and_(
    Entry.submitted_id.is_not(None),
    Entry.withdrawn_at.is_(None),
    or_(Entry.on_behalf_by.is_(None), Entry.confirmed_at.is_not(None)),
    not_(_is_ineligible()),
)


def people_behind() -> Subquery:
    """Who is behind which entry: rows of `phase_id`, `entry_id` and `person_id`."""
    each = func.jsonb_array_elements(EntryRevision.people).table_valued("value")
    number = cast(each.c.value.op("->>")("id"), BigInteger)
    team: Any = (
        select(Entry.phase_id, Entry.id.label("entry_id"), number.label("person_id"))
        .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
        .join(each, number.is_not(None))
        .where(IS_JUDGED)
    )
    contributors: Any = (
        select(Entry.phase_id, Entry.id.label("entry_id"), EntryContributor.person_id)
        .join(EntryContributor, EntryContributor.entry_id == Entry.id)
        .where(IS_JUDGED)
    )
    return union(team, contributors).subquery("behind")


BEHIND = people_behind()
JUDGED = (
    select(
        Entry.id,
        Entry.number,
        EntryRevision.title,
        EntryRevision.id.label("revision_id"),
    )
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .where(Entry.phase_id == PHASE_ID, IS_JUDGED)
    .order_by(Entry.id)
)
BEHIND_IN_PHASE = select(BEHIND.c.entry_id, BEHIND.c.person_id).where(BEHIND.c.phase_id == PHASE_ID)


async def judged_entries(db: AsyncSession, entries_phase_id: int) -> list[JudgedEntry]:
    """The entries of this phase that are judged, by their numbers."""
    asked = {PHASE_ID.key: entries_phase_id}
    people: dict[int, list[int]] = {}
    for entry_id, person_id in await rows_of(db, BEHIND_IN_PHASE, asked):
        people.setdefault(entry_id, []).append(person_id)
    found: Sequence[Any] = await rows_of(db, JUDGED, asked)
    return [
        JudgedEntry(row.id, row.number, row.title, row.revision_id, sorted(people.get(row.id, ())))
        for row in found
    ]
