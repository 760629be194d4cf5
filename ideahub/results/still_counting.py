"""Whether what a result rests on is still so: entries that were ranked may be withdrawn or found
not eligible afterwards."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Conflict
from ideahub.entries.models import Entry
from ideahub.entries.queries import Decision
from ideahub.entries.reading import COUNTS
from ideahub.judging.models import Panel
from ideahub.results.canonical import digest
from ideahub.results.collecting import collect_inputs, criteria_of
from ideahub.results.models import ScoreRun


async def must_still_count(db: AsyncSession, entry_ids: Sequence[int]) -> None:
    """Raises Conflict where one of these entries was withdrawn, or found not eligible."""
    of_these = select(Entry.number).where(Entry.id.in_(entry_ids))
    every = set(await db.scalars(of_these))
    counted = set(await db.scalars(of_these.outerjoin(Decision, true()).where(*COUNTS)))
    if gone := sorted(every - counted, key=lambda number: number or 0):
        raise Conflict(
            _(
                "Entry %(number)s was withdrawn or found not eligible after it was ranked. Run the "
                "scores again, and publish that run.",
                number=gone[0],
            )
        )


async def must_be_up_to_date(db: AsyncSession, panel: Panel, run: ScoreRun) -> None:
    """Raises Conflict where the run would read something else now."""
    inputs, _entries = await collect_inputs(db, panel, await criteria_of(db, panel.id))
    # In a thread, so that this process serves others meanwhile.
    if await asyncio.to_thread(digest, inputs) != run.inputs_hash:
        raise Conflict(
            _(
                "Since score run %(number)s something has changed, such as an entry that was "
                "withdrawn, or one more reading. Run the scores again, and publish that run.",
                number=run.number,
            )
        )
