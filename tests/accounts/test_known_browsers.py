"""Browsers where somebody has signed in before, and what that is good for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts import recognising
from ideahub.accounts.models import KnownBrowser
from ideahub.core.config import Config
from ideahub.core.db import Database
from tests.accounts.arriving import (
    ABROAD,
    ADA,
    CEM,
    HOME,
    NEW,
    PASSWORD,
    STRANGER,
    Arrive,
    answer,
    ask,
    guess,
    known,
    sign_in,
)
from tests.conftest import Browser
from tests.support.cast import Cast
from tests.support.letters import newest_code
from tests.support.wiring import client_of

pytestmark = pytest.mark.usefixtures("owners", "letter_box")


@pytest.mark.usefixtures("small_crowd")
@pytest.mark.slow
async def test_a_known_browser_is_known_wherever_it_is_and_has_ten_tries(arrive: Arrive) -> None:
    browser = await known(arrive)
    travelling = await arrive(ABROAD)
    travelling.client.cookies = browser.client.cookies
    await guess(arrive, 16, clients=2)
    assert [await sign_in(travelling, "mistyped") for _try in range(10)] == [422] * 10
    assert await sign_in(travelling) == 429
    # Its tries are no stranger's: the others have theirs still.
    assert await sign_in(browser) == 429


async def test_being_known_to_one_person_helps_with_no_other(arrive: Arrive) -> None:
    stranger, cem = await arrive(STRANGER), await known(arrive, CEM, STRANGER)
    assert [await sign_in(stranger, "a guess") for _try in range(10)] == [422] * 10
    assert [await ask(stranger) for _time in range(5)] == [303] * 5
    assert (await sign_in(cem, "a guess"), await ask(cem)) == (429, 429)
    assert (await sign_in(cem, email=CEM), await ask(cem, CEM)) == (303, 303)


async def test_a_made_up_token_is_as_good_as_none(arrive: Arrive) -> None:
    await known(arrive)
    for number in range(11):
        browser = await arrive(STRANGER)
        browser.client.cookies.set("ideahub_known", f"made up {number}")
        assert await sign_in(browser, "a guess") == (422 if number < 10 else 429)


async def test_a_shared_browser_knows_who_was_here_last(arrive: Arrive, db: AsyncSession) -> None:
    browser = await known(arrive)
    before = browser.client.cookies["ideahub_known"]
    assert await sign_in(browser, email=CEM) == 303
    assert browser.client.cookies["ideahub_known"] != before
    assert await db.scalar(select(func.count()).select_from(KnownBrowser)) == 1


@pytest.mark.usefixtures("small_crowd")
@pytest.mark.slow
async def test_a_new_password_makes_strangers_of_other_browsers(arrive: Arrive) -> None:
    other, unlike = await known(arrive), await known(arrive, CEM)
    here = await arrive(HOME)
    await sign_in(here)
    await here.post("/account/password", {"password": PASSWORD, "new_password": NEW})
    await guess(arrive, 16, clients=2)
    assert await sign_in(other, NEW) == 429
    await here.post("/sign-out")
    assert await sign_in(here, NEW) == 303
    await guess(arrive, 16, clients=2, email=CEM)
    assert await sign_in(unlike, email=CEM) == 303


@pytest.mark.usefixtures("small_crowd")
@pytest.mark.slow
async def test_signing_out_everywhere_else_makes_strangers_too(arrive: Arrive) -> None:
    other, here = await known(arrive), await arrive(HOME)
    await sign_in(here)
    await here.post("/account/sessions/others/sign-out")
    await guess(arrive, 16, clients=2)
    assert await sign_in(other) == 429
    await here.post("/sign-out")
    assert await sign_in(here) == 303


@pytest.mark.usefixtures("small_crowd")
@pytest.mark.slow
async def test_a_code_and_joining_make_a_browser_known(arrive: Arrive, config: Config) -> None:
    by_code, new = await arrive(HOME), await arrive(HOME)
    await ask(by_code)
    await answer(by_code, newest_code(config))
    await ask(new, "nia@post.example")
    await answer(new, newest_code(config), "nia@post.example")
    assert "ideahub_known" not in new.client.cookies
    await new.post("/joining/name", {"name": "Nia", "named": "yes", "password": NEW})
    for browser, email, password in ((by_code, ADA, PASSWORD), (new, "nia@post.example", NEW)):
        await browser.post("/sign-out")
        await guess(arrive, 16, clients=2, email=email)
        assert await sign_in(browser, password, email) == 303


async def test_the_cookie_opens_nothing_and_is_kept_as_a_hash(
    arrive: Arrive, db: AsyncSession, cast: Cast
) -> None:
    browser = await arrive(HOME)
    came = await browser.post("/sign-in", {"email": ADA, "password": PASSWORD})
    [cookie] = [
        line for line in came.headers.get_list("set-cookie") if line.startswith("ideahub_known=")
    ]
    for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=31536000"):
        assert part in cookie
    token = browser.client.cookies["ideahub_known"]
    [kept] = (await db.scalars(select(KnownBrowser))).all()
    assert (kept.person_id, len(token)) == (cast.ada.id, 43)
    assert token.encode() not in kept.token_hash
    stranger = await arrive(HOME)
    for name in ("ideahub", "ideahub_known"):
        stranger.client.cookies.set(name, token)
    assert (await stranger.get("/account")).headers["location"].startswith("/sign-in")


async def test_a_click_in_the_demo_makes_nobody_known(
    config: Config, database: Database, cast: Cast, db: AsyncSession
) -> None:
    cast.ada.demo = True
    await db.commit()
    async with client_of(replace(config, demo=True), database) as client:
        await Browser(client, None).post(f"/demo/sign-in/{cast.ada.id}")
        assert "ideahub" in client.cookies
        assert "ideahub_known" not in client.cookies
    assert await db.scalar(select(func.count()).select_from(KnownBrowser)) == 0


async def test_twenty_browsers_are_known_and_the_oldest_is_forgotten(
    arrive: Arrive, cast: Cast, db: AsyncSession
) -> None:
    first, second = await known(arrive), await known(arrive)
    tokens = [one.client.cookies["ideahub_known"] for one in (first, second)]
    # Signing in again keeps a browser known, under the same token.
    assert await sign_in(first) == 303
    assert first.client.cookies["ideahub_known"] == tokens[0]
    browser = recognising.Browser()
    for _other in range(recognising.MOST_KNOWN - 1):
        await recognising.remember_browser(db, cast.ada.id, browser)
    assert await db.scalar(select(func.count()).select_from(KnownBrowser)) == 20
    seen = [
        await recognising.is_known(db, recognising.Browser(known=token), ADA) for token in tokens
    ]
    assert seen == [True, False]


async def test_a_browser_unused_for_a_year_is_forgotten(arrive: Arrive, db: AsyncSession) -> None:
    await known(arrive)
    await db.execute(update(KnownBrowser).values(seen_at=func.now() - timedelta(days=364)))
    await recognising.forget_old_browsers(db)
    assert await db.scalar(select(func.count()).select_from(KnownBrowser)) == 1
    await db.execute(update(KnownBrowser).values(seen_at=func.now() - timedelta(days=366)))
    await recognising.forget_old_browsers(db)
    assert await db.scalar(select(func.count()).select_from(KnownBrowser)) == 0
