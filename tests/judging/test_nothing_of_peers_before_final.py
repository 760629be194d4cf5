"""Before a judge's own scorecards are final, nothing tells them what others gave: on no surface."""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.outbox import OutgoingMail
from ideahub.core.refusals import Conflict, NotFound
from ideahub.judging.closing import close_panel
from ideahub.judging.models import Assignment, ConflictCategory
from ideahub.judging.own_queue import queue_page
from ideahub.judging.queries import find_own_assignment
from ideahub.judging.recusing import recuse
from ideahub.judging.scoring import reopen_scorecard
from ideahub.judging.visibility import may_see_panel_scores, open_panel_scores
from ideahub.organisations.models import Person
from ideahub.realtime.admission import _open
from tests.conftest import Browse, Browser
from tests.judging.panels_made import (
    Judging,
    assignments,
    enter_some,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import Cast, viewer_of

# What changes from one look to the next without anybody's doing.
PASSING = re.compile(r'cursor=\d+|name="page" value="\w+"|<time.*?</time>', re.DOTALL)


async def with_two_judges(db: AsyncSession, cast: Cast, **panel: Any) -> Judging:
    """Three entries, which Jo and Sam score."""
    judging = await make_judging(db, cast, **panel)
    await enter_some(db, judging, 3)
    await seat(db, judging, cast.jo)
    await seat(db, judging, cast.sam)
    await share_out(db, judging, cast)
    return judging


async def score_all(db: AsyncSession, judging: Judging, person: Person, at: int = 0) -> None:
    """Finishes all that is assigned to this person, but for the first `at`."""
    judge = next(one for one in judging.judges if one.person_id == person.id)
    for one in (await assignments(db, judging, judge))[at:]:
        await score(db, judging, person, one, "9", "1")


def addresses(judging: Judging, own: list[Assignment], others: list[Assignment]) -> list[str]:
    """Every page that could tell Jo something."""
    number, panel = judging.campaign.id, judging.panel.id
    at = f"/management/{number}/judging"
    return [
        "/",
        "/judging",
        f"/judging/{panel}",
        f"/judging/{panel}/conflicts",
        *(f"/assignments/{one.id}{page}" for one in [*own, *others] for page in ("", "/recusal")),
        f"/challenges/{number}",
        f"/challenges/{number}/changes",
        f"/challenges/{number}/results",
        f"/challenges/{number}/feed.atom",
        "/challenges",
        "/ideas?q=crossing",
        "/challenges?q=school",
        "/account",
        "/my-page",
        "/entries",
        *(f"/entries/{entry.id}" for entry in judging.entries),
        f"/management/{number}",
        at,
        f"{at}/{panel}",
        f"{at}/{panel}/assignment",
        f"{at}/{panel}/judges/{judging.judges[1].id}",
        f"/management/{number}/results",
        f"/management/{number}/entries",
    ]


async def looked_at(browser: Browser, pages: list[str]) -> dict[str, tuple[int, str]]:
    """What each page says."""
    found = {}
    for address in pages:
        answer = await browser.get(address)
        found[address] = (answer.status_code, PASSING.sub("", answer.text))
    return found


async def test_no_page_of_a_judge_changes_as_others_score(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_two_judges(db, cast, shares=True)
    jo, sam = judging.judges
    own = await assignments(db, judging, jo)
    others = await assignments(db, judging, sam)
    await score_all(db, judging, cast.jo, at=1)
    browser = await browse(cast.jo)
    pages = addresses(judging, own, others)
    before = await looked_at(browser, pages)
    assert before["/judging"][0] == before[f"/assignments/{own[0].id}"][0] == 200
    await score_all(db, judging, cast.sam)
    await db.commit()
    assert await looked_at(browser, pages) == before
    for one in others:
        assert before[f"/assignments/{one.id}"][0] == 404
    assert before[f"/management/{judging.campaign.id}/judging"][0] in {403, 404}


async def test_what_a_manager_sees_is_how_many_and_never_what(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_two_judges(db, cast)
    at = f"/management/{judging.campaign.id}/judging/{judging.panel.id}"
    pages = [at, f"{at}/assignment?k=&seed=7", *(f"{at}/judges/{one.id}" for one in judging.judges)]
    browser = await browse(cast.mia)
    seen = []
    for values in (("9", "1"), ("2", "3")):
        for person in (cast.jo, cast.sam):
            judge = next(one for one in judging.judges if one.person_id == person.id)
            for one in await assignments(db, judging, judge):
                viewer = await viewer_of(db, person)
                own = (await find_own_assignment(db, viewer, one.id))[1]
                await reopen_scorecard(db, viewer, own)
                await score(db, judging, person, one, *values)
        await db.commit()
        seen.append(await looked_at(browser, pages))
    # Other scores and the same number of them: the same pages.
    assert seen[0] == seen[1]
    assert "6 of 6" in seen[0][at][1]
    assert "Because of the crossing" not in str(seen)


async def test_events_and_mail_hold_no_score(db: AsyncSession, cast: Cast) -> None:
    judging = await with_two_judges(db, cast)
    before = (await db.scalars(select(OutgoingMail.id))).all()
    await score_all(db, judging, cast.jo)
    events = (await db.scalars(select(Event))).all()
    about = [one for one in events if one.kind in {Kind.SCORECARD_BEGUN, Kind.SCORECARD_FINISHED}]
    assert len(about) == 6
    assert [one.data for one in about] == [{}] * 6
    assert before
    assert (await db.scalars(select(OutgoingMail.id))).all() == before


async def test_sockets_of_judges_hear_nothing_of_what_others_finish(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    judging = await with_two_judges(db, cast)
    room = f"judges:{judging.campaign.id}"
    opened = await _open(
        db, await viewer_of(db, cast.jo), (room, f"judging:{judging.campaign.id}"), app.state.rooms
    )
    assert list(opened) == [room]
    concern = opened[room]
    for kind in (Kind.SCORECARD_BEGUN, Kind.SCORECARD_FINISHED, Kind.SCORECARD_REOPENED):
        assert not concern.has_kind(kind)
    assert not await _open(db, await viewer_of(db, cast.ada), (room,), app.state.rooms)
    await score_all(db, judging, cast.sam)
    event = (
        await db.scalars(select(Event).where(Event.kind == Kind.SCORECARD_FINISHED).limit(1))
    ).one()
    shows = app.state.hub.shows[Kind.SCORECARD_FINISHED]
    told = [one for show in shows for one in await show(db, event)]
    number, peers = judging.campaign.id, f"peers:{judging.panel.id}"
    assert {one.room for one in told} == {f"judging:{number}", peers}
    # Of these Jo may join none before they have finished and chosen to look.
    assert not await _open(db, await viewer_of(db, cast.jo), (peers,), app.state.rooms)


async def test_a_judge_sees_scores_only_after_their_own_and_where_the_panel_shares_them(
    db: AsyncSession, cast: Cast
) -> None:
    judging = await with_two_judges(db, cast, shares=True)
    jo = await viewer_of(db, cast.jo)
    await score_all(db, judging, cast.sam)
    await score_all(db, judging, cast.jo, at=1)
    with pytest.raises(Conflict):
        await open_panel_scores(db, jo, judging.panel.id)
    assert not await may_see_panel_scores(db, jo, judging.panel)
    first = (await assignments(db, judging, judging.judges[0]))[0]
    await score(db, judging, cast.jo, first, "3", "2")
    # Not yet: they have to choose to look, because their own stay as they are then.
    assert not await may_see_panel_scores(db, jo, judging.panel)
    assert await open_panel_scores(db, jo, judging.panel.id)
    assert not await open_panel_scores(db, jo, judging.panel.id)
    assert await may_see_panel_scores(db, jo, judging.panel)
    own = (await find_own_assignment(db, jo, first.id))[1]
    with pytest.raises(Conflict, match="seen what the others gave"):
        await reopen_scorecard(db, jo, own)
    for person in (cast.ada, cast.mia, cast.ann, cast.zed):
        assert not await may_see_panel_scores(db, await viewer_of(db, person), judging.panel)


async def test_a_panel_that_shares_nothing_shows_nothing_to_judges(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    judging = await with_two_judges(db, cast)
    await score_all(db, judging, cast.jo)
    jo = await viewer_of(db, cast.jo)
    with pytest.raises(Conflict, match="do not see each other"):
        await open_panel_scores(db, jo, judging.panel.id)
    page = await (await browse(cast.jo)).get(f"/judging/{judging.panel.id}")
    assert "What the others gave" not in page.text


async def test_managers_see_scores_once_the_panel_is_closed(db: AsyncSession, cast: Cast) -> None:
    judging = await with_two_judges(db, cast)
    mia = await viewer_of(db, cast.mia)
    await score_all(db, judging, cast.jo)
    assert not await may_see_panel_scores(db, mia, judging.panel)
    assert await close_panel(db, mia, judging.campaign, judging.panel.id)
    assert not await close_panel(db, mia, judging.campaign, judging.panel.id)
    await db.refresh(judging.panel)
    assert await may_see_panel_scores(db, mia, judging.panel)
    assert not await may_see_panel_scores(db, await viewer_of(db, cast.jo), judging.panel)
    assert not await may_see_panel_scores(db, await viewer_of(db, cast.zed), judging.panel)


async def test_who_has_looked_is_given_no_further_entry(db: AsyncSession, cast: Cast) -> None:
    judging = await with_two_judges(db, cast, shares=True)
    await score_all(db, judging, cast.jo)
    await open_panel_scores(db, await viewer_of(db, cast.jo), judging.panel.id)
    await enter_some(db, judging, 1)
    before = len(await assignments(db, judging, judging.judges[0]))
    await share_out(db, judging, cast, 2, seed="again")
    assert len(await assignments(db, judging, judging.judges[0])) == before


# Any sequence of what two judges can do: whoever has something unfinished sees nothing.
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["jo", "sam"]),
        st.sampled_from(["score", "finish", "reopen", "recuse", "look"]),
        st.integers(0, 2),
    ),
    min_size=4,
    max_size=14,
)


@pytest.mark.slow
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
async def test_visibility_holds_whatever_judges_do(
    db: AsyncSession, cast: Cast, deeds: list[tuple[str, str, int]]
) -> None:
    async with db.begin_nested() as savepoint:
        for row in (cast.city, cast.mia, cast.jo, cast.sam):
            await db.refresh(row)
        judging = await with_two_judges(db, cast, shares=True)
        for who, deed, at in deeds:
            await _do(db, judging, getattr(cast, who), deed, at)
            for judge, person in zip(judging.judges, (cast.jo, cast.sam), strict=True):
                viewer = await viewer_of(db, person)
                queue = await queue_page(db, viewer, judging.panel.id, 0)
                left = [one for one in queue.entries if one.final_at is None]
                sees = await may_see_panel_scores(db, viewer, judging.panel)
                await db.refresh(judge)
                assert not (sees and left)
                assert not sees or judge.scores_opened_at
        await savepoint.rollback()


async def _do(db: AsyncSession, judging: Judging, person: Person, deed: str, at: int) -> None:
    viewer = await viewer_of(db, person)
    judge = next(one for one in judging.judges if one.person_id == person.id)
    one = (await assignments(db, judging, judge))[at]
    own = (await find_own_assignment(db, viewer, one.id))[1]
    try:
        if deed in {"score", "finish"}:
            await score(db, judging, person, one, "5", "2", final=deed == "finish")
        elif deed == "reopen":
            await reopen_scorecard(db, viewer, own)
        elif deed == "recuse":
            await recuse(db, viewer, own, ConflictCategory.OTHER, "So.")
        else:
            await open_panel_scores(db, viewer, judging.panel.id)
    except (Conflict, NotFound):
        pass
