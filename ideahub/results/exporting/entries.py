"""The export of entries with their answers and places."""

from typing import Any

from sqlalchemy import BigInteger, and_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import (
    Entry,
    EntryField,
    EntryForm,
    EntryRevision,
    TriageDecision,
)
from ideahub.judging.models import Panel
from ideahub.results.exporting.reading import AT_ONCE, Cell, Cells, Export, Key, Portion
from ideahub.results.models import PanelResult, RunPlace

PHASE_ID = bindparam("phase_id", type_=BigInteger)
FIELDS = (
    select(EntryField.key, EntryField.label)
    .join(EntryForm, EntryForm.id == EntryField.form_id)
    .where(EntryForm.phase_id == PHASE_ID)
    .order_by(EntryForm.version, EntryField.position)
)
_result = aliased(PanelResult)
ENTRIES = (
    select(
        Entry.id,
        Entry.number,
        EntryRevision.title,
        EntryRevision.team_name,
        EntryRevision.people,
        EntryRevision.submitted_at,
        EntryRevision.content_hash,
        Entry.withdrawn_at,
        RunPlace.rank,
        RunPlace.value,
        EntryRevision.answers,
    )
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .outerjoin(
        _result,
        and_(
            _result.panel_id == bindparam("panel_id", type_=BigInteger),
            _result.replaced_at.is_(None),
        ),
    )
    .outerjoin(RunPlace, and_(RunPlace.run_id == _result.run_id, RunPlace.entry_id == Entry.id))
    .where(Entry.phase_id == PHASE_ID, Entry.id > bindparam("after", type_=BigInteger))
    .order_by(Entry.id)
    .limit(constant(AT_ONCE))
)
TRIAGE = (
    select(TriageDecision.entry_id, TriageDecision.is_eligible)
    .where(TriageDecision.entry_id == any_(bindparam("entry_ids", type_=ARRAY(BigInteger))))
    .order_by(TriageDecision.id)
)


async def entries_export(db: AsyncSession, panel: Panel) -> Export:
    """Every submitted entry of the phase that the panel scored; for managers."""
    # The latest label of a question, under a key that stays the same in all versions of the form.
    found = await rows_of(db, FIELDS, {PHASE_ID.key: panel.entries_phase_id})
    labels = {row.key: row.label for row in found}
    columns = [
        _("Entry"),
        _("Title"),
        _("Team"),
        _("People"),
        _("Submitted (UTC)"),
        _("SHA-256 of the content"),
        _("State"),
        _("Place"),
        _("Points of 100"),
        *_unique(list(labels.values())),
    ]
    keys, phase_id, panel_id = list(labels), panel.entries_phase_id, panel.id
    states = _("withdrawn"), _("may not be judged"), _("counts")

    async def read(db: AsyncSession, after: Key | None) -> Portion:
        asked = {PHASE_ID.key: phase_id, "panel_id": panel_id, "after": after or 0}
        rows = await rows_of(db, ENTRIES, asked)
        decided = await rows_of(db, TRIAGE, {"entry_ids": [row.id for row in rows]})
        eligible = {row.entry_id: row.is_eligible for row in decided}
        cells = [_cells(row, keys, _state(row, eligible, states)) for row in rows]
        return Portion(cells, rows[-1].id if len(rows) == AT_ONCE else None)

    return Export(columns, [read])


def _unique(labels: list[str]) -> list[str]:
    """Two questions may have the same words; their columns get a number then."""
    return [
        label if label not in labels[:at] else f"{label} ({labels[:at].count(label) + 1})"
        for at, label in enumerate(labels)
    ]


def _state(row: Any, eligible: dict[int, bool], states: tuple[str, str, str]) -> str:
    withdrawn, refused, counts = states
    if row.withdrawn_at:
        return withdrawn
    return counts if eligible.get(row.id, True) else refused


def _cells(row: Any, keys: list[str], state: str) -> Cells:
    return [
        row.number,
        row.title,
        row.team_name,
        "; ".join(str(one.get("name", "")) for one in row.people),
        row.submitted_at.isoformat(timespec="seconds"),
        row.content_hash,
        state,
        row.rank,
        row.value,
        *(_answer(row.answers.get(key)) for key in keys),
    ]


def _answer(value: Any) -> Cell:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return None if value is None else value if isinstance(value, int) else str(value)
