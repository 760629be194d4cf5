"""No state of a recusal blocks a result, and what was scored before one never counts."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.results.models import RunPlace, ScoreRun
from tests.conftest import Browse
from tests.results.judged import assign, judged, recuse
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.support.cast import Cast

SCORED: list[list[tuple[int, int] | None]] = [
    [(9, 8), (8, 8), (9, 7)],
    [(5, 6), (6, 6), (5, 5)],
    [(7, 7), (2, 3), None],
]
REFUSES = {"missing": "refuse"}


@pytest.mark.parametrize(
    "state",
    ["before scoring", "begun", "final", "replaced", "all judges of an entry", "judge removed"],
)
async def test_a_recusal_in_every_state_lets_the_result_become_final(
    db: AsyncSession, cast: Cast, browse: Browse, state: str
) -> None:
    made = await judged(db, cast, SCORED, rule=REFUSES)
    if state == "before scoring":
        await assign(db, made, 2, 2)
        await recuse(db, made, 2, 2)
    elif state == "begun":
        made.scorecards[2, 1].final_at = None
        await recuse(db, made, 2, 1)
    elif state == "final":
        await recuse(db, made, 2, 1)
    elif state == "replaced":
        recusal = await recuse(db, made, 2, 1)
        await assign(db, made, 2, 2)
        made.assignments[2, 2].ended_at = datetime.now(UTC)
        recusal.replaced_by_id = made.assignments[2, 2].id
    elif state == "all judges of an entry":
        for judge in (0, 1):
            await recuse(db, made, 2, judge)
    else:
        await recuse(db, made, 2, 1)
        made.judges[1].removed_at = datetime.now(UTC)
    await db.commit()
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    await end_appeals(db, result)
    assert (await mia.post(f"{made.at}/finality")).status_code == 303
    places = await db.execute(select(RunPlace.entry_id, RunPlace.rank))
    ranks = {row.entry_id: row.rank for row in places}
    assert ranks[made.entries[0].id] == 1
    last = ranks[made.entries[2].id]
    assert last is None if state == "all judges of an entry" else last
    # What a judge scored before stepping back is not even in the file.
    inputs = json.loads(await db.scalar(select(ScoreRun.inputs)) or "")
    recused = {tuple(pair) for pair in inputs["recused"]}
    assert recused
    assert not recused & {(one["entry"], one["judge"]) for one in inputs["given"]}


async def test_a_scorecard_that_was_not_finished_does_not_count(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Every score is on it, and it is neither in the file nor in the value."""
    made = await judged(db, cast, SCORED)
    made.scorecards[2, 1].final_at = None
    await db.commit()
    await publish(db, await browse(cast.mia), made)
    inputs = json.loads(await db.scalar(select(ScoreRun.inputs)) or "")
    assert ["E0003", "J02"] in inputs["assigned"]
    assert ("E0003", "J02") not in {(one["entry"], one["judge"]) for one in inputs["given"]}
    value = select(RunPlace.value).where(RunPlace.entry_id == made.entries[2].id)
    assert await db.scalar(value) == 70


async def test_a_missing_scorecard_blocks_only_where_the_rule_says_so(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, SCORED, rule=REFUSES)
    await assign(db, made, 2, 2)
    await db.commit()
    mia = await browse(cast.mia)
    answer = await mia.post(f"{made.at}/runs")
    assert answer.status_code == 409
    assert "1 scorecard is not complete" in answer.text
    made.panel.rule = {"missing": "leave_out_judge"}
    await db.commit()
    assert (await mia.post(f"{made.at}/runs")).status_code == 303
