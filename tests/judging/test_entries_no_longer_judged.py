"""What was withdrawn or found not eligible is nothing that judges have to do any more."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.models import Entry, TriageDecision
from ideahub.judging.own_queue import queue_page
from ideahub.judging.panels import panel_by_id
from ideahub.judging.progress import progress_of
from ideahub.judging.visibility import may_open_panel_scores
from tests.conftest import Browse
from tests.judging.panels_made import (
    Judging,
    assignments,
    enter_some,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import Cast, add, viewer_of


async def decide(db: AsyncSession, cast: Cast, entry: Entry, *, is_eligible: bool) -> None:
    await add(
        db,
        TriageDecision(
            entry_id=entry.id,
            revision_id=entry.submitted_id,
            is_eligible=is_eligible,
            reason="So.",
            decided_by=cast.mia.id,
        ),
    )


async def with_two_gone(db: AsyncSession, cast: Cast) -> Judging:
    """Jo judges three entries, of which the first is withdrawn and the second not eligible."""
    judging = await make_judging(db, cast, shares=True)
    await enter_some(db, judging, 3)
    await seat(db, judging, cast.jo)
    await share_out(db, judging, cast)
    judging.entries[0].withdrawn_at = datetime.now(UTC)
    await decide(db, cast, judging.entries[1], is_eligible=False)
    await db.commit()
    return judging


async def test_they_leave_queue_and_progress_and_hold_nothing_up(
    db: AsyncSession, cast: Cast
) -> None:
    judging = await with_two_gone(db, cast)
    jo, panel = await viewer_of(db, cast.jo), judging.panel
    assert [one.title for one in (await queue_page(db, jo, panel.id, 0)).entries] == [
        "Way number 2"
    ]
    left = next(
        one for one in await assignments(db, judging) if one.entry_id == judging.entries[2].id
    )
    await score(db, judging, cast.jo, left, "9", "1")
    progress = await progress_of(db, await panel_by_id(db, panel.id))
    assert [(one.assigned, one.final) for one in progress.judges] == [(1, 1)]
    assert not progress.behind
    assert (progress.coverage.assigned, progress.coverage.final) == (1, 1)
    # All that is left is finished.
    assert await may_open_panel_scores(db, jo, panel)


@pytest.mark.parametrize("at", [0, 1])
async def test_their_page_says_so_and_takes_no_scores(
    db: AsyncSession, cast: Cast, browse: Browse, at: int
) -> None:
    judging = await with_two_gone(db, cast)
    one = next(
        one for one in await assignments(db, judging) if one.entry_id == judging.entries[at].id
    )
    jo, here = await browse(cast.jo), f"/assignments/{one.id}"
    page = await jo.get(here)
    assert page.status_code == 200
    assert "This entry is not judged any more" in page.text
    assert "An entry that you do not judge any more</h1>" in page.text
    assert f"Way number {at}" not in page.text
    sent = {f"score-{judging.criteria[0].id}": "7", "page": "p", "seen": "0"}
    for address in (here, f"{here}/scores"):
        answer = await jo.post(address, sent)
        assert answer.status_code == 409
        assert "This entry is not judged any more" in answer.text


async def test_one_that_is_found_eligible_again_comes_back_as_it_was(
    db: AsyncSession, cast: Cast
) -> None:
    judging = await make_judging(db, cast)
    await enter_some(db, judging, 1)
    await seat(db, judging, cast.jo)
    [one] = await share_out(db, judging, cast)
    await score(db, judging, cast.jo, one, "9", "1")
    jo = await viewer_of(db, cast.jo)
    await decide(db, cast, judging.entries[0], is_eligible=False)
    assert (await queue_page(db, jo, judging.panel.id, 0)).entries == []
    await decide(db, cast, judging.entries[0], is_eligible=True)
    [back] = (await queue_page(db, jo, judging.panel.id, 0)).entries
    assert (back.id, back.scored) == (one.id, 2) and back.final_at
