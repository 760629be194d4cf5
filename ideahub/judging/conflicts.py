"""Rules for declaring conflicts of interest, which happens before any entry opens.

A judge is shown who entered, by name, and never what: so declaring tells nothing of which entry is
whose. What they declare about a person holds for every entry that this person is behind.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, NotFound
from ideahub.core.viewer import Viewer
from ideahub.judging.entrants import JUDGE_ID, those_who_entered
from ideahub.judging.judged_entries import JudgedEntry
from ideahub.judging.models import (
    Assignment,
    ConflictCategory,
    ConflictDeclaration,
    PanelJudge,
    Recusal,
)
from ideahub.judging.queries import OwnPanel
from ideahub.organisations.models import Person


async def declare_conflict(
    db: AsyncSession,
    viewer: Viewer,
    own: OwnPanel,
    person_id: int,
    category: ConflictCategory,
    reason: str,
) -> None:
    """Declares a conflict with somebody who entered, or changes what was declared.

    Raises NotFound for anybody else, and Conflict once the panel is closed, or for somebody of
    whom the judge has said before that there is none: then they step back from the entry instead.
    """
    await _must_be_entrant(db, own, person_id)
    judge = await lock_judge(db, own)
    if person_id in judge.declared_for:
        raise Conflict(
            _(
                "You have declared already. If you find a conflict in an entry, step back from it: "
                "“I cannot judge this” stands on its page."
            )
        )
    values = {"category": category, "reason": reason}
    key = {"judge_id": judge.id, "person_id": person_id}
    await db.execute(
        insert(ConflictDeclaration)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=values)
    )


async def take_back_conflict(
    db: AsyncSession, viewer: Viewer, own: OwnPanel, person_id: int
) -> None:
    """Takes back what was declared about somebody, before all is declared; raises as
    `declare_conflict` does."""
    await _must_be_entrant(db, own, person_id)
    judge = await lock_judge(db, own)
    if person_id in judge.declared_for:
        raise Conflict(_("You have declared already; this stays on the record."))
    mine = ConflictDeclaration.judge_id == judge.id
    await db.execute(
        delete(ConflictDeclaration).where(mine, ConflictDeclaration.person_id == person_id)
    )


async def conflicting_pairs(
    db: AsyncSession, panel_id: int, entries: Sequence[JudgedEntry]
) -> set[tuple[int, int]]:
    """The pairs of an entry and a judge that must never meet: what was declared, an entry that the
    judge is behind, and what they stepped back from."""
    blocked: dict[int, set[int]] = {}
    judges = await db.execute(
        select(PanelJudge.id, PanelJudge.person_id).where(PanelJudge.panel_id == panel_id)
    )
    for judge_id, person_id in judges:
        blocked.setdefault(person_id or 0, set()).add(judge_id)
    declared = await db.execute(
        select(ConflictDeclaration.judge_id, ConflictDeclaration.person_id)
        .join(PanelJudge, PanelJudge.id == ConflictDeclaration.judge_id)
        .where(PanelJudge.panel_id == panel_id)
    )
    for judge_id, person_id in declared:
        blocked.setdefault(person_id, set()).add(judge_id)
    pairs = {
        (entry.id, judge_id)
        for entry in entries
        for person_id in entry.people
        for judge_id in blocked.get(person_id, ())
    }
    recused = await db.execute(
        select(Assignment.entry_id, Assignment.judge_id)
        .join(Recusal, Recusal.assignment_id == Assignment.id)
        .where(Assignment.panel_id == panel_id)
    )
    return pairs | {(entry_id, judge_id) for entry_id, judge_id in recused}


async def _must_be_entrant(db: AsyncSession, own: OwnPanel, person_id: int) -> None:
    if not await those_who_entered(db, own, [person_id]):
        raise NotFound


async def lock_judge(db: AsyncSession, own: OwnPanel) -> PanelJudge:
    """The judge's row, locked; raises NotFound where they were removed, and Conflict where the
    panel is closed and they have no third reading to do."""
    judge = await locked(db, PanelJudge, own.judge_id)
    if judge.removed_at is not None:
        raise NotFound
    if not own.may_declare:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."))
    return judge


OF_JUDGE = (
    select(
        Person.id,
        Person.name,
        ConflictDeclaration.category,
        ConflictDeclaration.reason,
        ConflictDeclaration.created_at,
    )
    .join(Person, Person.id == ConflictDeclaration.person_id)
    .where(ConflictDeclaration.judge_id == JUDGE_ID)
    .order_by(Person.name, Person.id)
)


class DeclaredConflict(msgspec.Struct, frozen=True):
    """A conflict of interest that a judge has declared, as managers see it."""

    person_id: int
    name: str
    category: str
    reason: str
    declared_at: datetime


async def declared_by(db: AsyncSession, judge_id: int) -> list[DeclaredConflict]:
    """What a judge has declared, by name; for managers."""
    found = await rows_of(db, OF_JUDGE, {"judge_id": judge_id})
    return [DeclaredConflict(*row) for row in found]
