"""Being one of the demo people with one click, in the demonstration only."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.accounts.passwords import hash_secret
from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.demo.leaving import leave_demo
from ideahub.organisations.models import Person
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.wiring import client_of

PASSWORD = "five words that nobody guesses"


@pytest.fixture
async def demo(cast: Cast, db: AsyncSession) -> Cast:
    """Sam and Cem belong to the demonstration."""
    cast.sam.demo = cast.cem.demo = True
    cast.sam.title = "Mobility director"
    await db.commit()
    return cast


@pytest.fixture
async def visitor(config: Config, database: Database) -> AsyncIterator[Browser]:
    """A browser at a demonstration."""
    async with client_of(replace(config, demo=True), database) as client:
        yield Browser(client, None)


async def test_the_sign_in_page_shows_them(visitor: Browser, demo: Cast) -> None:
    shown = (await visitor.get("/sign-in?next=/ideas")).text
    assert "Sam Hart" in shown
    assert "Mobility director" in shown
    assert "They sponsor and decide" in shown
    assert "Cem Aydin" in shown
    assert "Ada Lind" not in shown


async def test_one_click_is_enough(visitor: Browser, demo: Cast) -> None:
    came = await visitor.post(f"/demo/sign-in/{demo.sam.id}", {"next": "/ideas"})
    assert (came.status_code, came.headers["location"]) == (303, "/ideas")
    assert "Sam Hart" in (await visitor.get("/account")).text
    await visitor.post(f"/demo/sign-in/{demo.cem.id}")
    assert "Cem Aydin" in (await visitor.get("/account")).text


async def test_real_people_are_not_to_be_had(visitor: Browser, demo: Cast) -> None:
    for number in (demo.ada.id, demo.ann.id, 999_999):
        assert (await visitor.post(f"/demo/sign-in/{number}")).status_code == 404
    assert "ideahub" not in visitor.client.cookies


async def test_it_needs_a_form_of_ours_and_no_address_does_it(visitor: Browser, demo: Cast) -> None:
    assert (await visitor.get(f"/demo/sign-in/{demo.sam.id}")).status_code == 405
    foreign = {"Sec-Fetch-Site": "cross-site"}
    refused = await visitor.post(f"/demo/sign-in/{demo.sam.id}", headers=foreign)
    assert refused.status_code == 403
    assert "ideahub" not in visitor.client.cookies


async def test_outside_the_demonstration_there_is_no_such_thing(browse: Browse, demo: Cast) -> None:
    browser = await browse(None)
    assert (await browser.post(f"/demo/sign-in/{demo.sam.id}")).status_code == 404
    shown = (await browser.get("/sign-in")).text
    assert "Sam Hart" not in shown
    assert "/demo/" not in shown


async def test_whoever_was_signed_in_then_is_nobody_now(
    browse: Browse, visitor: Browser, demo: Cast
) -> None:
    await visitor.post(f"/demo/sign-in/{demo.sam.id}")
    assert (await visitor.get("/account")).status_code == 200
    secret = visitor.client.cookies["ideahub"]
    afterwards = await browse(None)
    afterwards.client.cookies.set("ideahub", secret)
    assert (await afterwards.get("/account")).status_code == 303
    assert "Sam Hart" not in (await afterwards.get("/")).text


async def test_a_password_from_then_opens_nothing_now(
    browse: Browse, demo: Cast, db: AsyncSession
) -> None:
    demo.sam.password_hash = demo.ada.password_hash = await hash_secret(PASSWORD)
    await db.commit()
    for person, opens in ((demo.sam, False), (demo.ada, True)):
        browser = await browse(None)
        await browser.post("/sign-in", {"email": person.email, "password": PASSWORD})
        assert ((await browser.get("/account")).status_code == 200) is opens


async def test_a_start_without_the_demo_closes_what_it_opened(
    database: Database, browse: Browse, demo: Cast, db: AsyncSession
) -> None:
    await begin_session(db, demo.sam.id)
    await begin_session(db, demo.cem.id)
    demo.sam.password_hash = demo.ada.password_hash = await hash_secret(PASSWORD)
    await db.commit()
    ada = await browse(demo.ada)
    for _start in range(2):
        await leave_demo(database)
    standing = select(Session.person_id).where(Session.ended_at.is_(None))
    assert set(await db.scalars(standing)) == {demo.ada.id}
    # Told as any other end, so that open pages close, and once.
    told = select(func.count()).where(Event.kind == Kind.SESSION_ENDED)
    assert await db.scalar(told) == 2
    with_password = select(Person.id).where(Person.password_hash.is_not(None))
    assert set(await db.scalars(with_password)) == {demo.ada.id}
    assert (await ada.get("/account")).status_code == 200
