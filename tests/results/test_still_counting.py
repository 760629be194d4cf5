"""What was withdrawn or found not eligible since the scores were run is published, made final and
awarded no more."""

import re
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.entries.models import TriageDecision
from ideahub.results.models import Advancement, Award, PanelResult, RunPlace
from tests.conftest import Browse
from tests.results.judged import Judged, judged
from tests.results.test_awards import awarded, verify_all
from tests.results.test_from_run_to_final import SOON, end_appeals, publish
from tests.support.cast import Cast, add


async def turn_away(db: AsyncSession, cast: Cast, made: Judged, at: int) -> None:
    """An entry is found not eligible."""
    entry = made.entries[at]
    await add(
        db,
        TriageDecision(
            entry_id=entry.id,
            revision_id=entry.submitted_id,
            is_eligible=False,
            reason="Copied.",
            decided_by=cast.ann.id,
        ),
    )
    await db.commit()


async def test_a_run_that_would_read_something_else_is_not_published(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    await mia.post(f"{made.at}/runs")
    page = (await mia.get(f"{made.at}/publication")).text
    sent = dict(re.findall(r'name="(run|seen)" value="(\d+)"', page))
    made.entries[0].withdrawn_at = datetime.now(UTC)
    await db.commit()
    form = sent | {"appeals_until": SOON, "timezone": "Europe/Oslo", "note": "By three judges."}
    answer = await mia.post(f"{made.at}/publication", form)
    assert answer.status_code == 409
    assert "Since score run 1 something has changed" in answer.text
    assert "By three judges." in answer.text
    assert await db.scalar(select(PanelResult.id)) is None
    result = await publish(db, mia, made)
    ranked = select(RunPlace.entry_id).where(RunPlace.run_id == result.run_id)
    assert made.entries[0].id not in set(await db.scalars(ranked))


async def test_a_result_with_an_entry_that_was_turned_away_is_not_made_final(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    await end_appeals(db, result)
    await turn_away(db, cast, made, 2)
    answer = await mia.post(f"{made.at}/finality")
    assert answer.status_code == 409
    assert "Since score run 1 something has changed" in answer.text
    again = await publish(db, mia, made)
    await end_appeals(db, again)
    assert (await mia.post(f"{made.at}/finality")).status_code == 303


async def test_an_entry_that_was_turned_away_wins_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia = await browse(cast.mia)
    result = await publish(db, mia, made)
    award = await awarded(db, mia, made)
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    await verify_all(db, mia, made, award)
    await turn_away(db, cast, made, 0)
    number = str(made.entries[0].id)
    for address, sent in (
        (f"{made.at}/awards", {"entry": number, "title": "Another prize"}),
        (f"{made.at}/advancements", {"to_phase": str(made.later.id), "entries": number}),
        (f"{made.at}/awards/{award.id}/confirmation", {}),
    ):
        answer = await mia.post(address, sent)
        assert answer.status_code == 409, address
        assert "Entry 1 was withdrawn or found not eligible" in answer.text
    await db.refresh(award)
    assert award.confirmed_at is None
    assert len((await db.scalars(select(Award.id))).all()) == 1
    assert await db.scalar(select(Advancement.id)) is None
