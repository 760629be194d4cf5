"""Pages of strangers come from a replica, but never older than what a viewer was told live."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core import replica
from ideahub.core.config import Config, read_config
from ideahub.core.db import Database, open_database, open_replica
from ideahub.server import embedded
from ideahub.server.checking import check
from tests.support.cast import Cast, make_campaign, make_idea
from tests.support.serving import Served, heard, serve, stage
from tests.support.short_lived import copy_data, short_lived_folder
from tests.support.standby import Standby, standby_of
from tests.support.started import SUPPORT
from tests.support.statements import statements_run

pytestmark = pytest.mark.slow


@dataclass
class Replicated:
    """A site with a replica, an idea there, and the secrets of people who may support it."""

    served: Served
    standby: Standby
    idea: int
    secrets: list[str]

    @property
    def database(self) -> Database:
        """As the site has opened it."""
        return self.served.database

    async def page(self, **headers: str) -> tuple[int, bool]:
        """The number of supporters on the idea's page, and whether the page came from the
        replica."""
        async with self.served.client(headers=headers) as client:
            return await self.page_for(client)

    async def page_for(self, client: httpx.AsyncClient) -> tuple[int, bool]:
        """The same, for a client that stays."""
        ours = self.database.replica
        assert ours
        with statements_run(ours.engine.sync_engine) as run:
            answer = await client.get(f"/ideas/{self.idea}")
        assert answer.status_code == 200
        support = SUPPORT.search(answer.text)
        assert support
        return int(support[1]), len(run) > 1

    async def until_from_replica(self) -> int:
        """Returns the number on the first page that comes from the replica."""
        async with asyncio.timeout(20):
            while True:
                number, is_from_replica = await self.page()
                if is_from_replica:
                    return number
                await asyncio.sleep(0.05)

    async def vote(self, who: int) -> None:
        """Supports the idea."""
        answer = await self.served.post(f"/ideas/{self.idea}/vote", self.secrets[who])
        assert answer.status_code == 200

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Any]:
        """A stranger's socket on the idea's page."""
        cursor = await self.served.cursor()
        async with self.served.listen(f"idea:{self.idea}", cursor=cursor) as socket:
            yield socket


@dataclass
class Both:
    """A primary, with the cast, and its replica."""

    url: str
    cast: Cast
    standby: Standby


@pytest.fixture(scope="module")
async def both(migrated_folder: Path) -> AsyncIterator[Both]:
    """The same for all tests here."""
    with short_lived_folder() as folder:
        copy_data(migrated_folder, folder / "postgres")
        with embedded.database(folder / "postgres", durable=False) as url:
            async with standby_of(url, folder) as standby:
                database = open_database(url, size=1)
                cast, _idea = await stage(database)
                yield Both(url, cast, standby)
                assert isinstance(database.bind, AsyncEngine)
                await database.bind.dispose()


@pytest.fixture
async def site(
    both: Both, config: Config, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Replicated]:
    """The site on both of them; each test has its own idea."""
    monkeypatch.setattr(replica, "AWAY_SECONDS", 0.2)
    cast, standby = both.cast, both.standby
    database = open_database(both.url, size=5)
    database.replica = open_replica(standby.url, size=5, statement_seconds=8)
    async with database.transaction() as db:
        idea = (await make_idea(db, await make_campaign(db, cast.city), cast.ada)).id
    async with serve(config, database) as served:
        # Each page is to be read, none kept.
        served.app.state.pages.seconds = -1
        people = (cast.ben, cast.cem, cast.sam, cast.jo, cast.mia, cast.zed)
        secrets = [await served.sign_in(one) for one in people]
        yield Replicated(served, standby, idea, secrets)
    assert isinstance(database.bind, AsyncEngine)
    await database.bind.dispose()
    await database.replica.engine.dispose()


async def test_strangers_read_from_the_replica_and_others_do_not(site: Replicated) -> None:
    assert await site.until_from_replica() == 0
    for cookie in (f"ideahub={site.secrets[0]}", "ideahub_known=x", "ideahub_kept=x", "other=1"):
        assert await site.page(Cookie=cookie) == (0, False), cookie
    chosen = "ideahub_language=en; ideahub_theme=dark"
    assert await site.page(Cookie=chosen) == (0, True)


async def test_a_page_is_not_behind_the_push_while_the_replica_is(site: Replicated) -> None:
    assert await site.until_from_replica() == 0
    await site.standby.pause()
    try:
        async with site.listening() as socket:
            await site.vote(0)
            await heard(socket, ">1</strong>")
            assert await site.page() == (1, False)
            await site.vote(1)
            await heard(socket, ">2</strong>")
            assert await site.page() == (2, False)
    finally:
        await site.standby.resume()
    assert await site.until_from_replica() == 2


async def test_pages_and_pushes_agree_while_the_replica_comes_and_goes(site: Replicated) -> None:
    """Each push is followed by a page that shows as much, wherever that comes from."""
    assert await site.until_from_replica() == 0
    async with site.listening() as socket, site.served.client() as client:
        for who in range(5):
            is_behind = who % 2 == 1
            if is_behind:
                await site.standby.pause()
            await site.vote(who)
            message = await heard(socket, f"idea-{site.idea}-support")
            told = re.search(r">(\d+)</strong>", message)
            assert told
            for _each in range(5):
                number, is_from_replica = await site.page_for(client)
                assert number >= int(told[1])
                assert not (is_behind and is_from_replica)
            if is_behind:
                await site.standby.resume()
            else:
                assert await site.until_from_replica() == who + 1


async def test_without_the_replica_the_primary_answers(site: Replicated) -> None:
    assert await site.until_from_replica() == 0
    site.standby.kill()
    async with asyncio.timeout(20):
        for _each in range(10):
            assert await site.page() == (0, False)
    await site.standby.start()
    assert await site.until_from_replica() == 0


async def test_a_hub_that_is_deaf_uses_no_replica(site: Replicated) -> None:
    assert await site.until_from_replica() == 0
    ours = site.database.replica
    assert ours
    ours.forget()
    assert await site.page() == (0, False)


async def test_the_check_asks_the_replica(both: Both, capfd: pytest.CaptureFixture[str]) -> None:
    settings = {"IDEAHUB_DATABASE_URL": both.url, "IDEAHUB_REPLICA_URL": both.standby.url}
    await check(read_config(settings), both.url)
    assert "right  replica: IDEAHUB_REPLICA_URL answers" in capfd.readouterr().out
    await check(read_config({**settings, "IDEAHUB_REPLICA_URL": both.url}), both.url)
    said = capfd.readouterr().out
    assert "wrong  replica: IDEAHUB_REPLICA_URL follows no other server" in said


async def test_a_server_that_follows_none_any_more_is_not_read(site: Replicated) -> None:
    """The last test of this file: the replica becomes a server of its own."""
    assert await site.until_from_replica() == 0
    await site.standby.do("select pg_promote()")
    assert await site.page() == (0, False)
    async with site.listening() as socket:
        await site.vote(0)
        await heard(socket, ">1</strong>")
        assert await site.page() == (1, False)
