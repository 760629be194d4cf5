"""Which entries a panel judges, in which revision, and who is behind them."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Subquery,
    bindparam,
    cast,
    exists,
    func,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import rows_of
from ideahub.entries.models import (
    Entry,
    EntryContributor,
    EntryMember,
    EntryRevision,
    TriageDecision,
)
from ideahub.entries.queries import Decision
from ideahub.entries.reading import COUNTS

PHASE_ID = bindparam("entries_phase_id", type_=BigInteger)


class JudgedEntry(msgspec.Struct, frozen=True):
    """An entry as it was submitted; `people` are the numbers of those behind it."""

    id: int
    number: int | None
    title: str
    revision_id: int
    people: list[int]


# The entries that count, as entries/reading.py has it.
COUNTED = (
    select(Entry.id, Entry.phase_id, Entry.number, Entry.submitted_id)
    .outerjoin(Decision, true())
    .where(*COUNTS)
    .subquery("counted")
)


_later = aliased(TriageDecision)
# The entries that were sent and are not judged any more: withdrawn, or found not eligible as they
# are now. Of all challenges, so that it is looked up once for a statement, and few.
NOT_JUDGED: Any = union_all(
    select(Entry.id).where(Entry.withdrawn_at.is_not(None)),
    select(TriageDecision.entry_id)
    .join(Entry, Entry.submitted_id == TriageDecision.revision_id)
    .where(
        TriageDecision.is_eligible.is_(False),
        ~exists().where(_later.entry_id == TriageDecision.entry_id, _later.id > TriageDecision.id),
    ),
)


def people_behind() -> Subquery:
    """Who is behind which entry: rows of `phase_id`, `entry_id` and `person_id`. They are those who
    belonged to it when it was submitted, who belong to it now, and whom its idea names."""
    each = func.jsonb_array_elements(EntryRevision.people).table_valued("value")
    number = cast(each.c.value.op("->>")("id"), BigInteger)
    of_entry = COUNTED.c.phase_id, COUNTED.c.id.label("entry_id")
    then: Any = (
        select(*of_entry, number.label("person_id"))
        .join(EntryRevision, EntryRevision.id == COUNTED.c.submitted_id)
        .join(each, number.is_not(None))
    )
    now: Any = (
        select(*of_entry, EntryMember.person_id)
        .join(EntryMember, EntryMember.entry_id == COUNTED.c.id)
        .where(EntryMember.left_at.is_(None))
    )
    named: Any = select(*of_entry, EntryContributor.person_id).join(
        EntryContributor, EntryContributor.entry_id == COUNTED.c.id
    )
    return union(then, now, named).subquery("behind")


BEHIND = people_behind()
JUDGED = (
    select(COUNTED.c.id, COUNTED.c.number, EntryRevision.title, COUNTED.c.submitted_id)
    .join(EntryRevision, EntryRevision.id == COUNTED.c.submitted_id)
    .where(COUNTED.c.phase_id == PHASE_ID)
    .order_by(COUNTED.c.id)
)
BEHIND_IN_PHASE = select(BEHIND.c.entry_id, BEHIND.c.person_id).where(BEHIND.c.phase_id == PHASE_ID)


async def judged_entries(db: AsyncSession, entries_phase_id: int) -> list[JudgedEntry]:
    """The entries of this phase that are judged, by their numbers."""
    asked = {PHASE_ID.key: entries_phase_id}
    behind = await rows_of(db, BEHIND_IN_PHASE, asked)
    # In a thread, so that this process serves others meanwhile.
    return await asyncio.to_thread(_entries, await rows_of(db, JUDGED, asked), behind)


def _entries(judged: Sequence[Any], behind: Sequence[Any]) -> list[JudgedEntry]:
    people: dict[int, list[int]] = {}
    for entry_id, person_id in behind:
        people.setdefault(entry_id, []).append(person_id)
    return [
        JudgedEntry(entry_id, number, title, revision_id, sorted(people.get(entry_id, ())))
        for entry_id, number, title, revision_id in judged
    ]
