"""The export of score runs, with the place of each entry in each."""

from typing import Any

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import Entry
from ideahub.judging.models import Panel
from ideahub.results.exporting.reading import AT_ONCE, Export, Portion, ReadPortion
from ideahub.results.models import RunPlace
from ideahub.results.runs import ScoreRunView, runs_of

PLACES = (
    select(RunPlace.entry_id, Entry.number, RunPlace.rank, RunPlace.value, RunPlace.is_shared)
    .join(Entry, Entry.id == RunPlace.entry_id)
    .where(
        RunPlace.run_id == bindparam("run_id", type_=BigInteger),
        RunPlace.entry_id > bindparam("after", type_=BigInteger),
    )
    .order_by(RunPlace.entry_id)
    .limit(constant(AT_ONCE))
)


async def runs_export(db: AsyncSession, panel: Panel) -> Export:
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
    runs = await runs_of(db, panel.id)
    return Export(columns, [_reader(run) for run in reversed(runs)])


def _reader(run: ScoreRunView) -> ReadPortion:
    async def read(db: AsyncSession, after: int) -> Portion:
        rows: Any = await rows_of(db, PLACES, {"run_id": run.id, "after": after})
        cells = [
            [
                run.number,
                run.created_at.isoformat(timespec="seconds"),
                run.run_by,
                run.reason,
                run.inputs_hash,
                run.output_hash,
                row.number,
                row.rank,
                _("Yes") if row.is_shared else _("No"),
                row.value,
            ]
            for row in rows
        ]
        return Portion(list(cells), rows[-1].entry_id if len(rows) == AT_ONCE else 0)

    return read
