"""A clerical error in a score is corrected without an appeal, by a manager who did not score."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.judging.models import Score
from ideahub.results.models import ScoreCorrection, ScoreRun
from tests.conftest import Browse
from tests.results.judged import DAY, Judged, judged
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.support.cast import Cast

SENT = {"new_value": "9", "reason": "The judge typed 2 and meant 9."}


def score_of(made: Judged) -> str:
    """The address of what the second judge gave the third entry on the first criterion: 2."""
    card, criterion = made.scorecards[2, 1], made.criteria[0]
    return f"{made.at}/entries/{made.entries[2].id}/scores/{card.id}/{criterion.id}"


async def test_a_correction_without_an_appeal(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    mia, ann, at = await browse(cast.mia), await browse(cast.ann), score_of(made)
    await mia.post(f"{made.at}/runs")
    # Before a result is published there is nothing to correct.
    assert (await ann.post(at, SENT)).status_code == 409
    await publish(db, mia, made)
    run = (await ann.get(f"{made.at}/runs/1")).text
    scores = f"{made.at}/entries/{made.entries[2].id}/scores"
    assert f'href="{scores}"' in run
    assert f'href="{at}"' in (await ann.get(scores)).text
    assert "Judge 2 gave 2" in (await ann.get(at)).text
    # Mia published: as Ann could decide, she may not.
    assert (await mia.post(at, SENT)).status_code == 403
    assert "Say why it is corrected." in (await ann.post(at, {"new_value": "9"})).text
    assert (await ann.post(at, SENT)).status_code == 303
    correction = (await db.scalars(select(ScoreCorrection))).one()
    assert correction.old_value == 2 and correction.new_value == 9
    assert (correction.appeal_id, correction.decided_by) == (None, cast.ann.id)
    original = select(Score.value).filter_by(
        scorecard_id=correction.scorecard_id, criterion_id=correction.criterion_id
    )
    assert await db.scalar(original) == 2
    runs = await db.execute(select(ScoreRun.number, ScoreRun.reason).order_by(ScoreRun.number))
    assert [tuple(row) for row in runs] == [(1, ""), (2, SENT["reason"])]
    # All of a test is one transaction, in which no time passes.
    await db.execute(
        update(ScoreRun).where(ScoreRun.number == 1).values(created_at=correction.created_at - DAY)
    )
    await db.commit()
    guest = await browse(None)
    public = (await guest.get(made.public)).text
    assert "2 became 9." in public and SENT["reason"] in public
    assert "Corrected after this result" in public and "does not count in the places" in public
    await publish(db, ann, made)
    public = (await guest.get(made.public)).text
    assert "2 became 9." in public and "Corrected scores" in public
    assert "Corrected after this result" not in public


async def test_whoever_scored_corrects_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, judges=[cast.jo, cast.ann])
    await publish(db, await browse(cast.mia), made)
    answer = await (await browse(cast.ann)).post(score_of(made), SENT)
    assert answer.status_code == 403
    assert "You scored this entry" in answer.text
    assert await db.scalar(select(ScoreCorrection.id)) is None
    # Then nobody else is left but who published, and she may.
    assert (await (await browse(cast.mia)).post(score_of(made), SENT)).status_code == 303


async def test_nothing_is_corrected_in_a_final_result(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    result = await publish(db, mia, made)
    await end_appeals(db, result)
    await mia.post(f"{made.at}/finality")
    page = (await ann.get(f"{made.at}/entries/{made.entries[2].id}/scores")).text
    assert "no score is corrected any more" in page and f'href="{score_of(made)}"' not in page
    assert (await ann.post(score_of(made), SENT)).status_code == 409


async def test_scores_are_shown_to_managers_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    at = f"{made.at}/entries/{made.entries[2].id}/scores"
    assert (await (await browse(cast.ann)).get(at)).status_code == 200
    for who in (cast.jo, made.captains[2]):
        assert (await (await browse(who)).get(at)).status_code in (403, 404)
    elsewhere = f"{made.at}/entries/{made.entries[2].id + 1}/scores"
    assert (await (await browse(cast.ann)).get(elsewhere)).status_code == 404


async def test_nobody_sees_scores_while_the_panel_is_open(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast, closed=False)
    ann = await browse(cast.ann)
    at = f"{made.at}/entries/{made.entries[2].id}/scores"
    assert (await ann.get(at)).status_code == 404
    assert (await ann.get(score_of(made))).status_code == 404
