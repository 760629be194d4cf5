"""Statements have a limit where pages are served, and few long looks run at once."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.accounts.finding_viewer import hash_token
from ideahub.core import db as db_module
from ideahub.core.config import Config
from ideahub.core.database_faults import is_gone, is_too_slow
from ideahub.core.db import Database, open_database
from ideahub.core.heavy_reads import heavy_read
from ideahub.core.refusals import Busy
from ideahub.ideas.web import ideas as routes
from ideahub.server import preparing, serving
from tests.conftest import Browse
from tests.support.serving import serve, stage

LIMIT = text("select current_setting('statement_timeout')")
SLEEP = text("select pg_sleep(5)")


async def test_a_page_s_statement_is_given_up(database_url: str) -> None:
    database = open_database(database_url, size=1, statement_seconds=0.2)
    assert isinstance(database.bind, AsyncEngine)
    for look in (database.reading, database.transaction):
        with pytest.raises(DBAPIError) as fault:
            async with asyncio.timeout(15), look() as db:
                await db.execute(SLEEP)
        assert is_too_slow(fault.value)
    async with database.reading() as db:
        assert (await db.execute(text("select 1"))).scalar_one() == 1
    await database.bind.dispose()


async def test_a_transaction_in_which_nothing_happens_is_ended(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others do not wait for ever for what a node that has vanished had locked."""
    monkeypatch.setattr(db_module, "IDLE_TRANSACTION_SECONDS", 0.3)
    database = open_database(database_url, size=2, statement_seconds=8)
    assert isinstance(database.bind, AsyncEngine)
    lock = text("select pg_advisory_xact_lock(4711)")
    async with database.transaction() as other:
        with pytest.raises(DBAPIError) as told:  # noqa: PT012 - from its beginning to its end
            async with database.transaction() as silent:
                await silent.execute(lock)
                await other.execute(lock)
                await silent.execute(text("select 1"))
    assert is_gone(told.value)
    await database.bind.dispose()


async def test_commands_take_their_time(committing: Database) -> None:
    async with committing.reading() as db:
        assert (await db.execute(LIMIT)).scalar_one() == "0"


async def test_the_server_migrates_without_a_limit_and_serves_with_one(
    database_url: str, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits: list[str] = []

    async def migrate(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            limits.append((await connection.execute(LIMIT)).scalar_one())

    class Enough(Exception):
        """Far enough to see what it serves with."""

    def create_app(_config: Config, database: Database) -> None:
        opened.append(database)
        raise Enough

    opened: list[Database] = []
    monkeypatch.setattr(preparing, "migrate", migrate)
    monkeypatch.setattr(preparing, "leave_demo", AsyncMock())
    monkeypatch.setattr(serving, "create_app", create_app)
    with pytest.raises(Enough):
        await serving._serve(config, database_url, None)  # type: ignore[arg-type]
    async with opened[0].reading() as db:
        limits.append((await db.execute(LIMIT)).scalar_one())
    assert limits == ["0", "8s"]
    assert isinstance(opened[0].bind, AsyncEngine)
    await opened[0].bind.dispose()


async def test_a_long_look_is_given_up_and_leaves_nothing_behind(committing: Database) -> None:
    with pytest.raises(DBAPIError) as fault:
        async with heavy_read(committing, seconds=0.2, patience=0) as db:
            await db.execute(SLEEP)
    assert is_too_slow(fault.value)
    for _ in range(6):
        async with committing.transaction() as db:
            assert (await db.execute(LIMIT)).scalar_one() == "0"
            plans = await db.execute(text("select current_setting('plan_cache_mode')"))
            assert plans.scalar_one() == "auto"


async def test_two_long_looks_at_once_and_no_third(committing: Database) -> None:
    async with (
        heavy_read(committing, seconds=1, patience=0),
        heavy_read(committing, seconds=1, patience=0),
    ):
        for patience in (0, 0.1):
            with pytest.raises(Busy):
                async with heavy_read(committing, seconds=1, patience=patience):
                    pass
        # They hold two of five connections; whoever waited held none.
        async with asyncio.timeout(15), committing.reading(), committing.reading() as db:
            await db.execute(text("select 1"))
    async with heavy_read(committing, seconds=1, patience=0) as db:
        await db.execute(text("select 1"))


async def test_whoever_waits_comes_next(committing: Database) -> None:
    entered = asyncio.Event()

    async def third() -> None:
        async with heavy_read(committing, seconds=1, patience=2):
            entered.set()

    async with heavy_read(committing, seconds=1, patience=0):
        async with heavy_read(committing, seconds=1, patience=0):
            waiting = asyncio.create_task(third())
            await asyncio.sleep(0.05)
            assert not entered.is_set()
        await waiting
    assert entered.is_set()


async def test_a_look_that_is_broken_off_makes_room(committing: Database) -> None:
    for _ in range(5):
        task = asyncio.create_task(_hold(committing))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with (
        heavy_read(committing, seconds=1, patience=0),
        heavy_read(committing, seconds=1, patience=0) as db,
    ):
        await db.execute(text("select 1"))


@pytest.mark.slow
async def test_a_search_that_takes_too_long_says_what_to_do(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(db: AsyncSession, *_asked: Any, **_more: Any) -> None:
        await db.execute(SLEEP)

    monkeypatch.setattr(routes, "browse_ideas", endless)
    monkeypatch.setattr(routes, "similar_ideas", endless)
    monkeypatch.setattr(routes, "SEARCH_SECONDS", 0.2)
    stranger = await browse(None)
    answer = await stranger.get("/ideas?q=bus")
    assert answer.status_code == 503
    assert "fewer or rarer words" in answer.text
    assert answer.headers["retry-after"]
    assert (await stranger.get("/ideas/similar?title=Night+bus")).status_code == 200


@pytest.mark.slow
async def test_a_search_holds_nothing_of_its_session(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is noted of the session, at most once a minute, neither waits nor is undone."""
    cast, _idea = await stage(committing)

    async def endless(db: AsyncSession, *_asked: Any, **_more: Any) -> None:
        await db.execute(text("select 1"))
        searching.set()
        await looked.wait()

    searching, looked = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(routes, "browse_ideas", endless)
    async with (
        serve(config, committing) as served,
        served.client() as client,
    ):
        secret = await served.sign_in(cast.ben)
        client.cookies.set("ideahub", secret)
        own = {"own": hash_token(secret)}
        long_ago = (
            "update session set seen_at = now() - interval '30 minutes' where token_hash = :own"
        )
        async with committing.transaction() as db:
            await db.execute(text(long_ago), own)
        search = asyncio.create_task(client.get("/ideas?q=bus"))
        await searching.wait()
        async with committing.transaction() as db:
            await db.execute(text("set local lock_timeout = '5s'"))
            seen = (
                "select now() - seen_at < interval '1 minute' from session where token_hash = :own"
            )
            assert (await db.execute(text(f"{seen} for update"), own)).scalar_one()
        assert not search.done()
        looked.set()
        await search


async def _hold(database: Database) -> None:
    async with heavy_read(database, seconds=5, patience=0) as db:
        await db.execute(SLEEP)
