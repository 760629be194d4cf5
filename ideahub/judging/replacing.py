"""Rules for passing entries on: from judges who step back, drop out or are removed."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.judging.assigning import PlannedRun, inputs_of, standing_pairs, store_run
from ideahub.judging.inviting import find_judge_row
from ideahub.judging.judged_entries import judged_entries
from ideahub.judging.models import Assignment, Panel, Scorecard
from ideahub.judging.panels import lock_panel
from ideahub.judging.recorded_runs import (
    NOBODY,
    Pair,
    calculate,
    new_seed,
    passing_on,
)
from ideahub.judging.visibility import IS_FINAL, STANDS


async def remove_judge(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    panel_id: int,
    judge_id: int,
    reason: str,
    *,
    seal: bool = False,
) -> int:
    """A judge drops out: what they have not finished passes to others. What they have finished
    counts, unless it is sealed (`seal`), which passes all of it on. Returns the number of entries
    for which nobody else was found.

    Raises NotFound, and Conflict where they were removed before or the panel is closed.
    """
    panel = await lock_panel(db, panel_id)
    judge = await find_judge_row(db, panel, judge_id)
    if judge.removed_at is not None:
        raise Conflict(_("This judge was removed already."))
    if panel.closed_at is not None:
        raise Conflict(_("This panel is closed. Nothing of it changes any more."))
    judge.removed_at, judge.removed_by = func.now(), viewer.person_id
    judge.removal_reason = reason
    await db.flush()
    given_back = await _end(db, judge_id, seal=seal)
    taken = await pass_on(db, viewer, panel, given_back)
    await record(db, Kind.JUDGE_REMOVED, viewer, on=campaign, subject=judge)
    return len(given_back) - len(taken)


async def pass_on(
    db: AsyncSession, viewer: Viewer, panel: Panel, given_back: Sequence[Pair]
) -> dict[int, int]:
    """Gives entries that judges gave back to others, as evenly as can be; everything else stays.

    `given_back` are pairs of an entry and a judge who had it. Returns the number of the new
    assignment for each entry that was taken.
    """
    await db.flush()
    if not given_back:
        return {}
    entries = await judged_entries(db, panel.entries_phase_id)
    inputs = passing_on(await inputs_of(db, panel.id, entries, None))
    wanting = {entry for entry, _judge in given_back}
    existing = await standing_pairs(db, panel.id)
    inputs["existing"] = [list(pair) for pair in sorted(existing)]
    inputs["existing"] += [[entry, NOBODY] for entry in sorted(wanting)]
    inputs["conflicts"] = sorted([*inputs["conflicts"], *([e, j] for e, j in given_back)])
    seed = new_seed()
    # In a thread, so that this process serves others meanwhile.
    done = await asyncio.to_thread(calculate, inputs, seed)
    planned = PlannedRun(seed, inputs, done, entries)
    run = await store_run(db, viewer, panel, planned, reason=_("Passed on"))
    made = await db.execute(
        select(Assignment.entry_id, Assignment.id).where(Assignment.run_id == run.id)
    )
    return {row.entry_id: row.id for row in made}


async def _end(db: AsyncSession, judge_id: int, *, seal: bool) -> list[Pair]:
    """Ends what a judge has to give back, and returns it."""
    theirs = [Assignment.judge_id == judge_id, STANDS]
    if seal:
        sealed = (
            update(Scorecard)
            .where(
                Scorecard.assignment_id.in_(select(Assignment.id).where(*theirs)),
                Scorecard.sealed_at.is_(None),
            )
            .values(sealed_at=func.now())
        )
        await db.execute(sealed.execution_options(synchronize_session=False))
    else:
        theirs.append(~IS_FINAL)
    ended = (
        update(Assignment)
        .where(*theirs)
        .values(ended_at=func.now())
        .returning(Assignment.entry_id, Assignment.judge_id)
    )
    found = await db.execute(ended.execution_options(synchronize_session=False))
    return [(entry_id, judge) for entry_id, judge in found]
