"""Where one is signed in: seeing it, and ending it from elsewhere."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.browsers import browser_name
from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.live import show_session_end
from ideahub.accounts.models import Session
from ideahub.accounts.sessions import begin_session
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.organisations.live import person_room
from ideahub.realtime.push import Refresh
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_cast, viewer_of

MINUTE = timedelta(minutes=1)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


async def session_id(db: AsyncSession, browser: Browser) -> int:
    """The number of this browser's session."""
    assert browser.secret
    found = (await find_viewer(db, browser.secret)).session_id
    assert found
    return found


async def test_one_sees_ones_own_sessions_and_no_others(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    await begin_session(db, cast.ada.id, browser=FIREFOX, address="192.0.2.7")
    await begin_session(db, cast.zed.id, browser="Zed's <own>", address="192.0.2.9")
    await db.commit()
    shown = (await (await browse(cast.ada)).get("/account/sessions")).text
    assert "Firefox on Linux" in shown
    assert "192.0.2.7" in shown
    assert "192.0.2.9" not in shown
    assert shown.count("This one") == 1
    assert f"room=person:{cast.ada.id}" in shown.replace("%3A", ":")


async def test_a_session_ended_elsewhere_is_over_at_once(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    here, there = await browse(cast.ada), await browse(cast.ada)
    number = await session_id(db, there)
    ended = await here.post(f"/account/sessions/{number}/sign-out")
    assert (ended.status_code, ended.headers["location"]) == (303, "/account/sessions")
    refused = await there.get("/account")
    assert (refused.status_code, refused.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    assert (await here.get("/account")).status_code == 200
    events = (await db.scalars(select(Event).where(Event.kind == Kind.SESSION_ENDED))).all()
    assert [(event.actor_id, event.subject_id) for event in events] == [(cast.ada.id, number)]
    assert await show_session_end(db, events[0]) == [Refresh(f"person:{cast.ada.id}")]


@pytest.mark.parametrize("own", [False, True])
async def test_ending_twice_says_the_same_and_is_told_once(
    browse: Browse, cast: Cast, db: AsyncSession, own: bool
) -> None:
    here, there = await browse(cast.ada), await browse(cast.ada)
    number = await session_id(db, here if own else there)
    url = f"/account/sessions/{number}/sign-out"
    # A second press is on its way before the first has taken the cookie.
    kept = dict(here.client.cookies)
    first = await here.post(url)
    here.client.cookies.update(kept)
    second = await here.post(url)
    assert first.headers["location"] == ("/" if own else "/account/sessions")
    assert first.headers.multi_items() == second.headers.multi_items()
    ended = select(func.count()).where(Event.kind == Kind.SESSION_ENDED)
    assert await db.scalar(ended) == 1


async def test_nobody_ends_the_session_of_another(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    ada = await browse(cast.ada)
    number = await session_id(db, ada)
    for other in (cast.zed, cast.ann):
        refused = await (await browse(other)).post(f"/account/sessions/{number}/sign-out")
        assert refused.status_code == 404
    assert (await ada.get("/account")).status_code == 200
    stranger = await (await browse(None)).post(f"/account/sessions/{number}/sign-out")
    assert stranger.headers["location"].startswith("/sign-in")


async def test_all_others_are_ended_together(browse: Browse, cast: Cast, db: AsyncSession) -> None:
    here = await browse(cast.ada)
    others = [await browse(cast.ada), await browse(cast.ada)]
    zed = await browse(cast.zed)
    first, second = [await here.post("/account/sessions/others/sign-out") for _press in range(2)]
    assert first.status_code == 303
    assert first.headers.multi_items() == second.headers.multi_items()
    assert [(await one.get("/account")).status_code for one in others] == [303, 303]
    assert (await here.get("/account")).status_code == 200
    assert (await zed.get("/account")).status_code == 200
    ended = select(func.count()).where(Event.kind == Kind.SESSION_ENDED)
    assert await db.scalar(ended) == 2


async def test_signing_out_ends_the_session_and_takes_the_cookie(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    browser = await browse(cast.ada)
    secret = browser.secret
    out = await browser.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/")
    cookies = out.headers.get_list("set-cookie")
    assert any(line.startswith('ideahub="";') and "Max-Age=0" in line for line in cookies)
    assert not (await find_viewer(db, secret)).signed_in
    again = await browser.client.get("/sign-out")
    assert again.status_code == 405


async def test_an_expired_session_opens_nothing_and_is_not_listed(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    old, fresh = await browse(cast.ada), await browse(cast.ada)
    number = await session_id(db, old)
    past = func.now() - timedelta(seconds=1)
    await db.execute(update(Session).where(Session.id == number).values(expires_at=past))
    await db.commit()
    assert (await old.get("/account")).status_code == 303
    assert f"/account/sessions/{number}/sign-out" not in (await fresh.get("/account/sessions")).text


async def test_being_seen_is_noted_once_a_minute(committing: Database) -> None:
    async with committing.transaction() as db:
        secret = await begin_session(db, (await make_cast(db)).ada.id)
    for seconds, is_noted in ((30, False), (70, True)):
        async with committing.transaction() as db:
            await db.execute(
                update(Session).values(seen_at=func.now() - timedelta(seconds=seconds))
            )
        async with committing.reading() as db:
            await find_viewer(db, secret)
        async with committing.reading() as db:
            since = await db.scalar(select(func.now() - Session.seen_at))
        assert since is not None
        assert (since < timedelta(seconds=20)) is is_noted


async def test_only_oneself_and_ones_admins_listen(cast: Cast, db: AsyncSession) -> None:
    for person in (cast.ada, cast.ann):
        await person_room(db, await viewer_of(db, person), cast.ada.id)
    for person_or_nobody in (cast.zed, cast.ben, None):
        with pytest.raises(NotFound):
            await person_room(db, await viewer_of(db, person_or_nobody), cast.ada.id)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/128.0.0.0 Safari/537.36 Edg/128.0.0.0"
            ),
            "Edge on Windows",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
        ),
        ("curl/8.9", "An unknown browser"),
        ("", "An unknown browser"),
        ("<script>", "An unknown browser"),
    ],
)
def test_browsers_are_called_as_people_call_them(agent: str, name: str) -> None:
    assert browser_name(agent) == name


async def test_a_strange_introduction_is_kept_as_text(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    cast.ada.password_hash = None
    await begin_session(db, cast.ada.id, browser="x" * 5_000, address="y" * 500)
    await db.commit()
    assert (await (await browse(cast.ada)).get("/account/sessions")).status_code == 200
