"""Staff are signed out after an hour without a page, and after twelve hours in any case."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.models import Session
from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.viewer import Role
from ideahub.organisations.models import Person, RoleGrant
from ideahub.realtime.rooms import RECONNECT, SIGNED_OUT
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.serving import closing, serve, stage

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def since(
    db: AsyncSession, person: Person, *, begun: timedelta = MINUTE, seen: timedelta
) -> None:
    """Lets the person's sessions have begun and been used so long ago."""
    own = update(Session).where(Session.person_id == person.id)
    await db.execute(own.values(created_at=func.now() - begun, seen_at=func.now() - seen))
    await db.commit()


async def is_in(browser: Browser) -> bool:
    """Whether somebody is signed in there."""
    return (await browser.get("/account")).status_code == 200


@pytest.mark.parametrize(
    ("begun", "seen", "stays"),
    [
        (2 * HOUR, 59 * MINUTE, True),
        (2 * HOUR, 61 * MINUTE, False),
        (12 * HOUR - MINUTE, MINUTE, True),
        (12 * HOUR + MINUTE, MINUTE, False),
    ],
)
async def test_how_long_staff_stay(
    cast: Cast, browse: Browse, db: AsyncSession, begun: timedelta, seen: timedelta, stays: bool
) -> None:
    browser = await browse(cast.ada)
    await since(db, cast.ada, begun=begun, seen=seen)
    assert await is_in(browser) is stays


async def test_citizens_stay_a_month_until_they_hold_a_role(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    browser = await browse(cast.cem)
    await since(db, cast.cem, begun=29 * 24 * HOUR, seen=28 * 24 * HOUR)
    assert await is_in(browser)
    await since(db, cast.cem, begun=13 * HOUR, seen=2 * HOUR)
    db.add(RoleGrant(person_id=cast.cem.id, role=Role.JUDGE, organisation_id=cast.city.id))
    await db.commit()
    assert not await is_in(browser)


async def test_a_page_makes_the_hour_longer_and_what_pages_ask_themselves_does_not(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    browser = await browse(cast.ada)
    await since(db, cast.ada, begun=2 * HOUR, seen=30 * MINUTE)
    left = await time_left(browser)
    assert 1_700 < left <= 1_800
    await browser.get("/account", headers={"Live-Copy": "1"})
    assert await time_left(browser) <= 1_800
    await browser.post("/account/session/extension")
    assert await time_left(browser) > 3_500


async def test_staying_does_not_make_the_twelve_hours_longer(
    cast: Cast, browse: Browse, db: AsyncSession
) -> None:
    browser = await browse(cast.ada)
    await since(db, cast.ada, begun=12 * HOUR - 4 * MINUTE, seen=10 * MINUTE)
    said = (await browser.post("/account/session/extension")).json()
    assert said["left"] <= 240
    assert said["warned_before"] == 300


async def test_the_menu_says_until_when(cast: Cast, browse: Browse) -> None:
    for person, is_said in ((cast.ada, True), (cast.cem, False)):
        page = (await (await browse(person)).get("/account")).text
        assert ("Signed in until" in page) is is_said
        assert ("session-end" in page) is is_said


async def test_strangers_have_no_time_left(browse: Browse) -> None:
    stranger = await browse(None)
    for said in (
        await stranger.get("/account/session"),
        await stranger.post("/account/session/extension"),
    ):
        assert said.json() == {"signed_in": False, "left": None, "warned_before": 300}


async def time_left(browser: Browser) -> float:
    """The seconds that the script is told."""
    return float((await browser.get("/account/session")).json()["left"])


async def test_a_socket_asks_again_at_the_end_and_is_closed_when_the_session_is_over(
    committing: Database, config: Config
) -> None:
    cast, idea = await stage(committing)
    room = f"idea:{idea}"
    async with serve(config, committing) as served:
        async with committing.transaction() as db:
            secret = await begin_session(db, cast.ada.id)
            nearly = func.now() - HOUR + timedelta(seconds=2)
            await db.execute(update(Session).values(seen_at=nearly))
        cursor = await served.cursor()
        async with served.listen(room, "x&signed_in=1", cursor=cursor, secret=secret) as socket:
            assert await closing(socket) == RECONNECT
        async with served.listen(room, "x&signed_in=1", cursor=cursor, secret=secret) as socket:
            assert await closing(socket) == SIGNED_OUT
        async with committing.reading() as db:
            assert not (await find_viewer(db, secret)).signed_in
            assert await db.scalar(select(Session.ended_at)) is None
