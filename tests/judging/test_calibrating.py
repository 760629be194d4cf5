"""Judges score the same samples first, and compare; nothing of it counts."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.judging.models import CalibrationSample, CalibrationScore, Scorecard
from tests.conftest import Browse, Browser
from tests.judging.panels_made import Judging, make_judging, seat
from tests.support.cast import Cast

SAMPLES = {
    "title_1": "A painted line",
    "text_1": "We paint a **line**.",
    "title_2": "",
    "text_2": "",
}


async def chosen(db: AsyncSession, cast: Cast, browse: Browse) -> tuple[Judging, Browser, str, str]:
    """Mia has chosen a sample; her browser, and the addresses of her form and of the sample."""
    judging = await make_judging(db, cast)
    await seat(db, judging, cast.jo)
    await seat(db, judging, cast.sam)
    await db.commit()
    mia = await browse(cast.mia)
    at = f"/management/{judging.campaign.id}/judging/{judging.panel.id}/samples"
    assert (await mia.get(at)).status_code == 200
    assert (await mia.post(at, SAMPLES)).status_code == 303
    sample = await db.scalar(select(CalibrationSample.id))
    return judging, mia, at, f"/judging/{judging.panel.id}/samples/{sample}"


def card(judging: Judging, first: str, second: str, words: str) -> dict[str, str]:
    one, two = judging.criteria
    return {f"score-{one.id}": first, f"score-{two.id}": second, f"comment-{one.id}": words}


async def test_whoever_has_finished_sees_what_the_others_gave(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging, mia, at, sample = await chosen(db, cast, browse)
    jo, sam = await browse(cast.jo), await browse(cast.sam)
    assert "A painted line" in (await jo.get(f"/judging/{judging.panel.id}")).text
    page = (await jo.get(sample)).text
    assert "<strong>line</strong>" in page
    assert (await sam.post(sample, card(judging, "9", "3", "Sam’s reason"))).status_code == 303
    page = (await jo.get(sample)).text
    assert "Sam’s reason" not in page
    assert "What all of you gave" not in page
    for wrong in (card(judging, "11", "3", "Typed."), card(judging, "", "3", "Typed.")):
        answer = await jo.post(sample, wrong)
        assert answer.status_code == 422
        assert "Typed." in answer.text
    for _press in range(2):
        assert (await jo.post(sample, card(judging, "4", "1", "Mine"))).status_code == 303
    page = (await jo.get(sample)).text
    assert "What all of you gave" in page
    assert "Sam’s reason" in page
    assert "Judge 2" in page
    assert cast.sam.name not in page
    assert len((await db.scalars(select(CalibrationScore.value))).all()) == 4
    assert (await db.scalars(select(Scorecard.id))).all() == []
    events = await db.scalars(select(Event.data).where(Event.kind == Kind.CALIBRATION_FINISHED))
    assert events.all() == [{}, {}]
    # What was scored stays as it is.
    answer = await mia.post(at, SAMPLES | {"title_1": "Another"})
    assert answer.status_code == 409
    assert "Another" in answer.text


async def test_a_sample_needs_both_and_is_for_the_panel_alone(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _judging, mia, at, sample = await chosen(db, cast, browse)
    answer = await mia.post(at, SAMPLES | {"title_2": "Only a title"})
    assert answer.status_code == 422
    assert "Only a title" in answer.text
    assert len((await db.scalars(select(CalibrationSample.id))).all()) == 1
    for person in (cast.ada, cast.zed, cast.mia):
        browser = await browse(person)
        assert (await browser.get(sample)).status_code == 404
        assert (await browser.post(sample, {})).status_code == 404
    assert (await mia.post(at, dict.fromkeys(SAMPLES, ""))).status_code == 303
    assert (await db.scalars(select(CalibrationSample.id))).all() == []
