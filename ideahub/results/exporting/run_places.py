"""The export of score runs, with the place of each entry in each."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import Entry
from ideahub.judging.models import Panel
from ideahub.organisations.models import Person
from ideahub.results.exporting.reading import AT_ONCE, Cells, Export, Key, Portion
from ideahub.results.models import RunPlace, ScoreRun

RUN_ID, ENTRY_ID = (bindparam(name, type_=BigInteger) for name in ("run_id", "entry_id"))
PLACES = (
    select(
        ScoreRun.id.label("run_id"),
        ScoreRun.number.label("run"),
        ScoreRun.created_at,
        Person.name.label("run_by"),
        ScoreRun.reason,
        ScoreRun.inputs_hash,
        ScoreRun.output_hash,
        RunPlace.entry_id,
        Entry.number,
        RunPlace.rank,
        RunPlace.value,
        RunPlace.is_shared,
    )
    .join(RunPlace, RunPlace.run_id == ScoreRun.id)
    .join(Entry, Entry.id == RunPlace.entry_id)
    .join(Person, Person.id == ScoreRun.run_by)
    .where(
        ScoreRun.panel_id == bindparam("panel_id", type_=BigInteger),
        tuple_(RunPlace.run_id, RunPlace.entry_id) > tuple_(RUN_ID, ENTRY_ID),
    )
    .order_by(RunPlace.run_id, RunPlace.entry_id)
    .limit(constant(AT_ONCE))
)


def runs_export(panel: Panel) -> Export:
    """Every run of the panel, the first one first."""
    columns = [
        _("Run"),
        _("Run (UTC)"),
        _("Run by"),
        _("Why again"),
        _("SHA-256 of what was read"),
        _("SHA-256 of the result"),
        _("Entry"),
        _("Place"),
        _("Shared"),
        _("Points of 100"),
    ]
    panel_id = panel.id

    async def read(db: AsyncSession, after: Key | None) -> Portion:
        run_id, entry_id = after if isinstance(after, tuple) else (0, 0)
        asked = {"panel_id": panel_id, RUN_ID.key: run_id, ENTRY_ID.key: entry_id}
        rows = await rows_of(db, PLACES, asked)
        last = (rows[-1].run_id, rows[-1].entry_id) if len(rows) == AT_ONCE else None
        return Portion([_cells(row) for row in rows], last)

    return Export(columns, [read])


def _cells(row: Any) -> Cells:
    return [
        row.run,
        row.created_at.isoformat(timespec="seconds"),
        row.run_by,
        row.reason,
        row.inputs_hash,
        row.output_hash,
        row.number,
        row.rank,
        _("Yes") if row.is_shared else _("No"),
        row.value,
    ]
