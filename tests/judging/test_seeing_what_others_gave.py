"""A judge who has finished all of theirs, and chose to look, sees what the others gave to the
entries that they scored: only then, and only those."""

import pytest
from litestar import Litestar
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.judging.models import CalibrationSample, ConflictCategory, Panel, PanelJudge
from ideahub.judging.queries import find_own_assignment
from ideahub.judging.recusing import recuse
from ideahub.judging.scoring import reopen_scorecard
from ideahub.realtime.admission import _open
from ideahub.realtime.push import Refresh
from tests.conftest import Browse
from tests.judging.panels_made import Judging, assignments, make_judging, score
from tests.judging.test_nothing_of_peers_before_final import score_all, with_two_judges
from tests.support.cast import Cast, add, viewer_of

# What Sam gives: nobody else gives this much.
SAMS = "9"


async def both_have_finished(db: AsyncSession, cast: Cast, **panel: bool) -> Judging:
    """Three entries, which Jo and Sam have scored in a panel that shares scores."""
    judging = await with_two_judges(db, cast, shares=True, **panel)
    await score_all(db, judging, cast.sam)
    for one in await assignments(db, judging, judging.judges[0]):
        await score(db, judging, cast.jo, one, "4", "3")
    await db.commit()
    return judging


async def test_it_is_chosen_recorded_and_shown(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await both_have_finished(db, cast)
    at = f"/judging/{judging.panel.id}/scores"
    jo = await browse(cast.jo)
    assert (await jo.get(at)).status_code == 404
    answer = await jo.post(at)
    assert answer.headers["location"] == at
    page = await jo.get(at)
    assert page.status_code == 200
    assert page.text.count("Judge 2") == 3
    assert page.text.count("Between us.") == 12
    assert cast.sam.name not in page.text
    assert at in (await jo.get(f"/judging/{judging.panel.id}")).text
    opened = await db.scalars(select(Event).where(Event.kind == Kind.PANEL_SCORES_OPENED))
    (event,) = opened.all()
    assert (event.actor_id, event.subject_id) == (cast.jo.id, judging.judges[0].id)


async def test_by_name_where_the_panel_says_so(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await both_have_finished(db, cast, names_judges=True)
    jo = await browse(cast.jo)
    at = f"/judging/{judging.panel.id}/scores"
    await jo.post(at)
    assert (await jo.get(at)).text.count(cast.sam.name) == 3


async def test_not_before_all_of_ones_own_are_final(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_two_judges(db, cast, shares=True)
    await score_all(db, judging, cast.sam)
    await score_all(db, judging, cast.jo, at=1)
    # Even if the moment stood in the row already.
    await db.execute(update(PanelJudge).values(scores_opened_at=judging.panel.created_at))
    await db.commit()
    at = f"/judging/{judging.panel.id}/scores"
    answer = await (await browse(cast.jo)).get(at)
    assert answer.status_code == 404
    assert "Judge 2" not in answer.text


async def test_nothing_of_an_entry_that_one_stepped_back_from(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await both_have_finished(db, cast)
    viewer = await viewer_of(db, cast.jo)
    first = (await assignments(db, judging, judging.judges[0]))[0]
    own = (await find_own_assignment(db, viewer, first.id))[1]
    await recuse(db, viewer, own, ConflictCategory.OTHER, "So.")
    await db.commit()
    jo = await browse(cast.jo)
    at = f"/judging/{judging.panel.id}/scores"
    await jo.post(at)
    page = (await jo.get(at)).text
    title = next(one.title for one in judging.entries if one.id == first.entry_id)
    assert title not in page
    assert page.count("Judge 2") == 2


async def test_only_what_others_have_finished_and_not_their_samples(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await both_have_finished(db, cast)
    sam = await viewer_of(db, cast.sam)
    one = (await assignments(db, judging, judging.judges[1]))[0]
    await reopen_scorecard(db, sam, (await find_own_assignment(db, sam, one.id))[1])
    await add(
        db,
        CalibrationSample(
            panel_id=judging.panel.id, position=1, title="A sample", text="So.", text_html="So."
        ),
    )
    await db.commit()
    jo = await browse(cast.jo)
    at = f"/judging/{judging.panel.id}/scores"
    await jo.post(at)
    page = (await jo.get(at)).text
    assert page.count("Judge 2") == 2
    assert "Nobody else has finished this one yet." in page
    assert "A sample" not in page


async def test_nobody_else_opens_it_by_its_address(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await both_have_finished(db, cast)
    other = await make_judging(db, cast, shares=True)
    await db.commit()
    at = f"/judging/{judging.panel.id}/scores"
    await (await browse(cast.jo)).post(at)
    # Sam has finished, but did not choose to look; the others do not judge here.
    for person in (cast.sam, cast.mia, cast.ann, cast.ada):
        answer = await (await browse(person)).get(at)
        assert answer.status_code == 404
        assert "Between us." not in answer.text
    jo = await browse(cast.jo)
    for forged in (other.panel.id, 999_999, 2**70):
        assert (await jo.get(f"/judging/{forged}/scores")).status_code in {400, 404}
    for place in ("x", "-1", "9" * 30):
        assert (await jo.get(f"{at}?after={place}")).status_code == 200


async def test_it_is_closed_where_the_panel_does_not_share(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await both_have_finished(db, cast)
    at = f"/judging/{judging.panel.id}/scores"
    jo = await browse(cast.jo)
    await jo.post(at)
    await db.execute(update(Panel).values(shares_scores=False))
    await db.commit()
    assert (await jo.get(at)).status_code == 404


async def test_open_pages_follow_what_others_finish(
    db: AsyncSession, cast: Cast, browse: Browse, app: Litestar
) -> None:
    judging = await both_have_finished(db, cast)
    room = f"peers:{judging.panel.id}"
    assert not await _open(db, await viewer_of(db, cast.jo), (room,), app.state.rooms)
    await (await browse(cast.jo)).post(f"/judging/{judging.panel.id}/scores")
    assert await _open(db, await viewer_of(db, cast.jo), (room,), app.state.rooms)
    event = await db.scalar(select(Event).where(Event.kind == Kind.SCORECARD_FINISHED).limit(1))
    assert event
    told = [
        one
        for show in app.state.hub.shows[Kind.SCORECARD_FINISHED]
        for one in await show(db, event)
    ]
    assert Refresh(room) in told


@pytest.mark.parametrize("person", ["jo", "sam"])
async def test_what_is_shown_is_what_was_given(
    db: AsyncSession, cast: Cast, browse: Browse, person: str
) -> None:
    judging = await both_have_finished(db, cast)
    browser = await browse(getattr(cast, person))
    at = f"/judging/{judging.panel.id}/scores"
    await browser.post(at)
    page = (await browser.get(at)).text
    # In each row of an entry the judge's own, and the other's.
    for value in (f">{SAMS}</strong>", ">4</strong>"):
        assert page.count(value) == 3
