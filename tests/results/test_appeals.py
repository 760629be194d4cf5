"""An entrant appeals, somebody who did not score it decides, and a score is corrected."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role
from ideahub.judging.models import Score
from ideahub.results.models import Appeal, PanelResult, ScoreCorrection, ScoreRun
from tests.conftest import Browse
from tests.results.judged import Judged, judged
from tests.results.test_from_run_to_final import end_appeals, publish
from tests.support.cast import Cast, make_person

TEXT = {"text": "Judge 2 read another entry."}
UPHELD = {"upheld": "yes", "reason": "The comment is about another entry."}


async def appealed(db: AsyncSession, cast: Cast, browse: Browse, made: Judged) -> Appeal:
    """The captain of the third entry has appealed against the result that Mia has published."""
    result = await publish(db, await browse(cast.mia), made)
    captain = await browse(made.captains[2])
    at = f"/entries/{made.entries[2].id}/results/{result.id}/appeal"
    answer = await captain.post(at, TEXT)
    assert answer.status_code == 303, answer.text
    found: Appeal | None = await db.scalar(select(Appeal))
    assert found
    return found


async def test_an_appeal_is_made_once_and_blocks_the_final_result(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    appeal = await appealed(db, cast, browse, made)
    captain, mia = await browse(made.captains[2]), await browse(cast.mia)
    at = f"/entries/{made.entries[2].id}/results/{appeal.result_id}/appeal"
    assert (await captain.post(at, TEXT)).status_code == 303
    again = await captain.post(at, {"text": "Something else."})
    assert again.status_code == 409
    assert "Something else." in again.text
    result = await db.get_one(PanelResult, appeal.result_id)
    await end_appeals(db, result)
    answer = await mia.post(f"{made.at}/finality")
    assert answer.status_code == 409
    assert "1 appeal is not decided yet" in answer.text


async def test_an_appeal_comes_too_late(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    result = await publish(db, await browse(cast.mia), made)
    await end_appeals(db, result)
    captain = await browse(made.captains[0])
    at = f"/entries/{made.entries[0].id}/results/{result.id}/appeal"
    answer = await captain.post(at, TEXT)
    assert answer.status_code == 409
    assert "Appeals could be made until" in answer.text
    assert TEXT["text"] in answer.text
    assert await db.scalar(select(Appeal.id)) is None


async def test_nobody_appeals_for_another_entry(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    result = await publish(db, await browse(cast.mia), made)
    at = f"/entries/{made.entries[0].id}/results/{result.id}/appeal"
    for person in (None, cast.zed, cast.mia, cast.jo, made.captains[1]):
        assert (await (await browse(person)).post(at, TEXT)).status_code in (303, 401, 404)
    assert await db.scalar(select(Appeal.id)) is None
    for person in (cast.zed, made.captains[1]):
        page = await (await browse(person)).get(f"/entries/{made.entries[0].id}/result")
        assert page.status_code == 404


async def test_whoever_published_does_not_decide_if_somebody_else_can(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    appeal = await appealed(db, cast, browse, made)
    at = f"{made.at}/appeals/{appeal.id}"
    # Ann is the admin, who could decide.
    answer = await (await browse(cast.mia)).post(at, UPHELD)
    assert answer.status_code == 403
    assert "Another manager" in answer.text
    assert (await (await browse(cast.ann)).post(at, UPHELD)).status_code == 303
    await db.refresh(appeal)
    assert (appeal.is_upheld, appeal.decided_by) == (True, cast.ann.id)
    public = (await (await browse(None)).get(made.public)).text
    assert "Entry 3: the appeal was upheld." in public
    assert UPHELD["reason"] in public
    assert TEXT["text"] not in public


async def test_a_decision_is_not_overwritten(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await judged(db, cast)
    appeal = await appealed(db, cast, browse, made)
    ann, at = await browse(cast.ann), f"{made.at}/appeals/{appeal.id}"
    await ann.post(at, UPHELD)
    answer = await ann.post(at, {"upheld": "no", "reason": "On second thoughts."})
    assert answer.status_code == 409
    await db.refresh(appeal)
    assert appeal.is_upheld


async def test_a_correction_keeps_the_original_and_makes_a_new_run(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    appeal = await appealed(db, cast, browse, made)
    ann, at = await browse(cast.ann), f"{made.at}/appeals/{appeal.id}"
    card, criterion = made.scorecards[2, 1], made.criteria[0]
    score = f"{at}/scores/{card.id}/{criterion.id}"
    sent = {"new_value": "9", "reason": "As the comment says."}
    too_early = await ann.post(score, sent)
    assert too_early.status_code == 409
    await ann.post(at, UPHELD)
    off = await ann.post(score, sent | {"new_value": "11"})
    assert off.status_code == 422
    assert "outside the scale" in off.text
    assert (await ann.post(score, sent)).status_code == 303
    original = await db.scalar(
        select(Score.value).filter_by(scorecard_id=card.id, criterion_id=criterion.id)
    )
    assert original == 2
    assert await db.scalar(select(ScoreCorrection.old_value)) == 2
    runs = (await db.scalars(select(ScoreRun.number).order_by(ScoreRun.number))).all()
    assert runs == [1, 2]
    # The published result is still the old one, and cannot be made final before the new one.
    mia = await browse(cast.mia)
    old = await db.get_one(PanelResult, appeal.result_id)
    await end_appeals(db, old)
    answer = await mia.post(f"{made.at}/finality")
    assert "Score run 2 is newer" in answer.text
    new = await publish(db, mia, made)
    await db.refresh(old)
    assert old.replaced_at
    assert new.id != old.id
    public = (await (await browse(None)).get(made.public)).text
    assert "Results that were replaced" in public
    assert "2 became 9" in public
    # Whoever appealed reads the decision beside the newer result, against which they can appeal.
    own = await (await browse(made.captains[2])).get(f"/entries/{made.entries[2].id}/result")
    assert "Your appeal is upheld" in own.text
    assert UPHELD["reason"] in own.text
    assert f"/results/{new.id}/appeal" in own.text


async def correct_both(db: AsyncSession, cast: Cast, browse: Browse, made: Judged) -> list[str]:
    """Ann upholds the appeal and corrects the first of two criteria; the addresses of both."""
    appeal = await appealed(db, cast, browse, made)
    ann, at = await browse(cast.ann), f"{made.at}/appeals/{appeal.id}"
    assert (await ann.post(at, UPHELD)).status_code == 303
    card = made.scorecards[2, 1]
    scores = [f"{at}/scores/{card.id}/{one.id}" for one in made.criteria]
    assert (await ann.post(scores[0], {"new_value": "9", "reason": "So."})).status_code == 303
    return scores


async def test_of_three_managers_the_independent_ones_correct_everything(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await make_person(db, "Third Manager", cast.city, Role.MANAGER)
    made = await judged(db, cast)
    scores = await correct_both(db, cast, browse, made)
    sent = {"new_value": "9", "reason": "That one, too."}
    refused = await (await browse(cast.mia)).post(scores[1], sent)
    assert refused.status_code == 403
    answer = await (await browse(cast.ann)).post(scores[1], sent)
    assert answer.status_code == 303, answer.text
    assert len((await db.scalars(select(ScoreCorrection.id))).all()) == 2


async def test_of_two_managers_the_first_decides_nothing_after_a_correction(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await judged(db, cast)
    scores = await correct_both(db, cast, browse, made)
    mia, ann = await browse(cast.mia), await browse(cast.ann)
    sent = {"new_value": "9", "reason": "That one, too."}
    assert (await mia.post(scores[1], sent)).status_code == 403
    # Nor of an appeal against the newer result, which Ann publishes.
    newer = await publish(db, ann, made)
    captain = await browse(made.captains[1])
    own = f"/entries/{made.entries[1].id}/results/{newer.id}/appeal"
    assert (await captain.post(own, TEXT)).status_code == 303
    second = await db.scalar(select(Appeal.id).where(Appeal.result_id == newer.id))
    decision = f"{made.at}/appeals/{second}"
    assert (await mia.post(decision, UPHELD)).status_code == 403
    assert (await ann.post(decision, UPHELD)).status_code == 303


async def test_whoever_scored_it_corrects_nothing(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judge = await make_person(db, "Manager Judge", cast.city, Role.MANAGER)
    made = await judged(db, cast, judges=[judge])
    appeal = await appealed(db, cast, browse, made)
    ann, at = await browse(cast.ann), f"{made.at}/appeals/{appeal.id}"
    await ann.post(at, UPHELD)
    card, criterion = made.scorecards[2, 1], made.criteria[0]
    score = f"{at}/scores/{card.id}/{criterion.id}"
    answer = await (await browse(judge)).post(score, {"new_value": "9", "reason": "So."})
    assert answer.status_code == 403
    assert "You scored this entry" in answer.text
    assert await db.scalar(select(ScoreCorrection.id)) is None
