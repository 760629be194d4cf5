"""Queries for a panel's meeting: its entries, what was said and decided, and who signed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.entries.models import Entry, EntryRevision
from ideahub.judging.models import Panel, PanelJudge
from ideahub.organisations.models import Person
from ideahub.results.labels import decided_words
from ideahub.results.models import (
    DecisionKind,
    DecisionSignature,
    DeliberationDecision,
    DeliberationItem,
    DeliberationNote,
    RunPlace,
    ScoreRun,
)

PANEL_ID = bindparam("panel_id", type_=BigInteger)


class Signed(msgspec.Struct, frozen=True):
    """Who signed off a decision, and when."""

    person_id: int
    name: str
    at: datetime


class MeetingNote(msgspec.Struct, frozen=True):
    """What somebody said."""

    item_id: int
    name: str
    person_id: int
    html: str
    at: datetime


class MeetingDecision(msgspec.Struct, frozen=True):
    """What was decided about an entry, and why. `counts`: no later one of the kind takes its
    place."""

    id: int
    item_id: int
    kind: DecisionKind
    reason: str
    name: str
    at: datetime
    counts: bool = True
    signatures: list[Signed] = []

    @property
    def words(self) -> str:
        """What was decided, in words."""
        return decided_words(self.kind)

    def is_signed_by(self, person_id: int | None) -> bool:
        """Whether this person has signed it off."""
        return any(one.person_id == person_id for one in self.signatures)


class MeetingItem(msgspec.Struct, frozen=True):
    """An entry in question. `rank` and `value` are those of the newest run."""

    id: int
    entry_id: int
    number: int | None
    title: str
    why: str
    raised_by: str
    at: datetime
    rank: int | None
    value: Decimal | None
    notes: list[MeetingNote] = []
    decisions: list[MeetingDecision] = []


class Attendant(msgspec.Struct, frozen=True):
    """A judge of the panel."""

    person_id: int
    name: str
    label: int
    removed_at: datetime | None


_run = (
    select(ScoreRun.id)
    .where(ScoreRun.panel_id == PANEL_ID)
    .order_by(ScoreRun.number.desc())
    .limit(1)
    .scalar_subquery()
)
ITEMS = (
    select(
        DeliberationItem.id,
        DeliberationItem.entry_id,
        Entry.number,
        EntryRevision.title,
        DeliberationItem.why,
        Person.name.label("raised_by"),
        DeliberationItem.created_at.label("at"),
        RunPlace.rank,
        RunPlace.value,
    )
    .join(Entry, Entry.id == DeliberationItem.entry_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .join(Person, Person.id == DeliberationItem.raised_by)
    .outerjoin(RunPlace, and_(RunPlace.run_id == _run, RunPlace.entry_id == Entry.id))
    .where(DeliberationItem.panel_id == PANEL_ID)
    .order_by(DeliberationItem.id)
)
OF_PANEL = DeliberationItem.panel_id == PANEL_ID
NOTES = (
    select(
        DeliberationNote.item_id,
        Person.name,
        DeliberationNote.said_by,
        DeliberationNote.text_html,
        DeliberationNote.created_at,
    )
    .join(DeliberationItem, DeliberationItem.id == DeliberationNote.item_id)
    .join(Person, Person.id == DeliberationNote.said_by)
    .where(OF_PANEL)
    .order_by(DeliberationNote.id)
)
DECISIONS = (
    select(
        DeliberationDecision.id,
        DeliberationDecision.item_id,
        DeliberationDecision.kind,
        DeliberationDecision.reason,
        Person.name,
        DeliberationDecision.created_at,
    )
    .join(DeliberationItem, DeliberationItem.id == DeliberationDecision.item_id)
    .join(Person, Person.id == DeliberationDecision.decided_by)
    .where(OF_PANEL)
    .order_by(DeliberationDecision.id)
)
SIGNATURES = (
    select(
        DecisionSignature.decision_id,
        DecisionSignature.person_id,
        Person.name,
        DecisionSignature.created_at,
    )
    .join(DeliberationDecision, DeliberationDecision.id == DecisionSignature.decision_id)
    .join(DeliberationItem, DeliberationItem.id == DeliberationDecision.item_id)
    .join(Person, Person.id == DecisionSignature.person_id)
    .where(OF_PANEL)
    .order_by(DecisionSignature.created_at, DecisionSignature.person_id)
)
JUDGES = (
    select(PanelJudge.person_id, Person.name, PanelJudge.label, PanelJudge.removed_at)
    .join(Person, Person.id == PanelJudge.person_id)
    .join(Panel, Panel.id == PanelJudge.panel_id)
    .where(
        PanelJudge.panel_id == PANEL_ID,
        PanelJudge.accepted_at.is_not(None),
        # Who was invited later does third readings, and does not meet.
        or_(Panel.closed_at.is_(None), PanelJudge.created_at <= Panel.closed_at),
    )
    .order_by(PanelJudge.label)
)


async def items_of(db: AsyncSession, panel_id: int) -> list[MeetingItem]:
    """The entries in question with all that was said, decided and signed; in four queries."""
    asked = {PANEL_ID.key: panel_id}
    notes = _by_item([MeetingNote(*row) for row in await rows_of(db, NOTES, asked)])
    decisions = _by_item(await _decisions(db, asked))
    return [
        MeetingItem(
            **row._mapping, notes=notes.get(row.id, []), decisions=decisions.get(row.id, [])
        )
        for row in await rows_of(db, ITEMS, asked)
    ]


async def judges_of_panel(db: AsyncSession, panel_id: int) -> list[Attendant]:
    """The judges who accepted, by their labels."""
    return [Attendant(*row) for row in await rows_of(db, JUDGES, {PANEL_ID.key: panel_id})]


async def _decisions(db: AsyncSession, asked: dict[str, Any]) -> list[MeetingDecision]:
    signed: dict[int, list[Signed]] = {}
    for decision_id, *who in await rows_of(db, SIGNATURES, asked):
        signed.setdefault(decision_id, []).append(Signed(*who))
    rows = await rows_of(db, DECISIONS, asked)
    last = {(row.item_id, row.kind): row.id for row in rows}
    return [
        MeetingDecision(
            row.id,
            row.item_id,
            DecisionKind(row.kind),
            row.reason,
            row.name,
            row.created_at,
            last[row.item_id, row.kind] == row.id,
            signed.get(row.id, []),
        )
        for row in rows
    ]


def _by_item(some: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for one in some:
        found.setdefault(one.item_id, []).append(one)
    return found
