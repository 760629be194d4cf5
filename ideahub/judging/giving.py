"""Stores who is given which entries, and in which order each judge reads them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import BigInteger, any_, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of, table_of
from ideahub.core.many_rows import ManyRows
from ideahub.judging.models import Assignment, AssignmentRun, PanelJudge
from ideahub.judging.recorded_runs import Pair
from ideahub.judging.seeded_order import reading_order

PANEL_ID = bindparam("panel_id", type_=BigInteger)
JUDGES = any_(bindparam("judges", type_=ARRAY(BigInteger)))
ASSIGNMENT = table_of(Assignment)
_new = ManyRows(Assignment, "entry_id", "judge_id", "reading_order")
ADD = insert(ASSIGNMENT).from_select(
    ["panel_id", "run_id", *_new.names],
    select(PANEL_ID, bindparam("run_id", type_=BigInteger), *_new.rows.c),
)
_moved = ManyRows(Assignment, "id", "reading_order")
MOVE = (
    update(ASSIGNMENT)
    .where(ASSIGNMENT.c.id == _moved.rows.c.id)
    .values(reading_order=_moved.rows.c.reading_order)
)
FIRST_SEED = (
    select(AssignmentRun.seed)
    .where(AssignmentRun.panel_id == PANEL_ID)
    .order_by(AssignmentRun.id)
    .limit(1)
)
LABELS = select(PanelJudge.id, PanelJudge.label).where(PanelJudge.id == JUDGES)
STORED = select(
    Assignment.entry_id, Assignment.judge_id, Assignment.id, Assignment.reading_order
).where(Assignment.panel_id == PANEL_ID, Assignment.judge_id == JUDGES)


class Places(NamedTuple):
    """The rows to be added: entry, judge, and place in the judge's order; and the numbers of those
    that were there before and get another place."""

    new: list[tuple[int, int, int]]
    moved: list[tuple[int, int]]


async def give(db: AsyncSession, run: AssignmentRun, added: Sequence[Pair]) -> None:
    """Stores the new pairs of an entry and a judge, each at its place in the judge's own order of
    reading. It follows from the seed of the panel's first run, so entries that come later change no
    other's order."""
    asked = {"panel_id": run.panel_id, "judges": sorted({judge for _entry, judge in added})}
    (seed,) = (await rows_of(db, FIRST_SEED, asked))[0]
    labels = {row.id: row.label for row in await rows_of(db, LABELS, asked)}
    stored = await rows_of(db, STORED, asked)
    # In a thread, so that this process serves others meanwhile.
    places = await asyncio.to_thread(places_of, seed, labels, added, stored)
    for rows in _new.in_portions(places.new):
        await db.execute(ADD, {"panel_id": run.panel_id, "run_id": run.id} | rows)
    for rows in _moved.in_portions(places.moved):
        await db.execute(MOVE, rows)


def places_of(
    seed: str,
    labels: Mapping[int, int],
    added: Sequence[Pair],
    stored: Iterable[Sequence[int]],
) -> Places:
    """Where in each judge's order the pairs stand that are added, and those that are `stored`:
    entry, judge, number and place. `labels` are the judges' numbers in their panel."""
    before = {(entry, judge): (number, place) for entry, judge, number, place in stored}
    entries: dict[int, list[int]] = {judge: [] for judge in labels}
    for entry, judge in (*added, *before):
        entries[judge].append(entry)
    places = {
        (entry, judge): place
        for judge, label in labels.items()
        for place, entry in enumerate(reading_order(seed, label, entries[judge]), 1)
    }
    return Places(
        [(*pair, places[pair]) for pair in added],
        [
            (number, places[pair])
            for pair, (number, place) in before.items()
            if place != places[pair]
        ],
    )
