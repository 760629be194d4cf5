"""With PgBouncer in front, which gives a connection away after each transaction, all is right."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import read_config
from ideahub.core.database_faults import is_gone, is_too_slow
from ideahub.core.db import Database, open_database
from ideahub.core.heavy_reads import heavy_read
from ideahub.server import embedded
from ideahub.server.checking import check
from tests.support.mail_sink import free_port
from tests.support.programs import Program, needs, running, somebody
from tests.support.short_lived import copy_data, short_lived_folder
from tests.support.started import fill, open_one, started, supporters, watching

pytestmark = [pytest.mark.slow, needs("pgbouncer")]

# Fewer than the site has to the pooler: they change hands all the time.
SERVER_CONNECTIONS, POOL_SIZE = 3, 8
SETTINGS = """
[databases]
* = host={host} port=5432 user=ideahub
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
"""


@dataclass
class Pooled:
    """A database, and the pooler in front of it."""

    folder: Path
    direct: str
    pooler: Program

    @property
    def url(self) -> str:
        """The pooler's."""
        return f"postgresql+asyncpg://ideahub@127.0.0.1:{self.pooler.port}/ideahub"

    @property
    def settings(self) -> dict[str, str]:
        """What an operator sets."""
        return {
            "IDEAHUB_DATABASE_URL": self.url,
            "IDEAHUB_DIRECT_DATABASE_URL": self.direct,
            "IDEAHUB_POOL_SIZE": str(POOL_SIZE),
            "IDEAHUB_DEMO": "0",
        }


@pytest.fixture(scope="module")
async def pooled(migrated_folder: Path) -> AsyncIterator[Pooled]:
    """One for all tests here."""
    with short_lived_folder() as folder:
        copy_data(migrated_folder, folder / "postgres")
        with embedded.database(folder / "postgres", durable=False) as url:
            async with pgbouncer(folder, url) as pooler:
                yield Pooled(folder, url, pooler)


@asynccontextmanager
async def pgbouncer(folder: Path, url: str) -> AsyncIterator[Program]:
    """The pooler, which never runs as root, so that it has to be let in to the server's socket."""
    host = str(make_url(url).query["host"])
    port = free_port()
    file = folder / "pgbouncer.ini"
    file.write_text(SETTINGS.format(host=host, port=port, connections=SERVER_CONNECTIONS))
    for place in (folder, Path(host)):
        place.chmod(0o711)
    as_root = ["-u", somebody()] if os.geteuid() == 0 else []
    async with running("pgbouncer", port, *as_root, str(file), folder=folder) as program:
        yield program


@asynccontextmanager
async def opened(pooled: Pooled, seconds: float | None = None) -> AsyncIterator[Database]:
    """The database as the site opens it."""
    database = open_database(pooled.url, size=POOL_SIZE, statement_seconds=seconds, pooled=True)
    assert isinstance(database.bind, AsyncEngine)
    yield database
    await database.bind.dispose()


async def test_reads_and_deeds_get_their_own_answers(pooled: Pooled) -> None:
    async with opened(pooled) as database:

        async def ask(number: int) -> None:
            # A statement of its own for each, so that another's would answer something else.
            asked = text(f"select cast(:a as int) + {number * 1000}")
            for step in range(20):
                async with database.reading() as db:
                    assert await db.scalar(asked, {"a": step}) == number * 1000 + step
                async with database.transaction() as db:
                    assert await db.scalar(asked, {"a": step}) == number * 1000 + step
                    assert await db.scalar(asked, {"a": 0}) == number * 1000

        await asyncio.gather(*(ask(number) for number in range(2 * POOL_SIZE)))


async def test_a_statement_that_takes_too_long_is_cancelled(pooled: Pooled) -> None:
    async with opened(pooled, seconds=0.5) as database:
        for opening in (database.reading, database.transaction):
            began = time.monotonic()
            with pytest.raises(TimeoutError) as told:
                async with opening() as db:
                    await db.execute(text("select pg_sleep(30)"))
            assert is_too_slow(told.value) and not is_gone(told.value)
            assert time.monotonic() - began < 15
        async with opened(pooled) as other, other.reading() as db:
            running_still = text(
                "select count(*) from pg_stat_activity"
                " where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()"
            )
            async with asyncio.timeout(10):
                while await db.scalar(running_still):
                    await asyncio.sleep(0.1)


async def test_a_pooler_that_does_not_answer_is_gone_and_not_slow() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    database = open_database(f"postgresql+asyncpg://ideahub@127.0.0.1:{port}/ideahub", pooled=True)
    assert isinstance(database.bind, AsyncEngine)
    with pytest.raises(TimeoutError) as told:
        async with database.reading() as db:
            await db.execute(text("select 1"))
    assert is_gone(told.value) and not is_too_slow(told.value)
    await database.bind.dispose()
    silent.close()


async def test_limits_of_a_heavy_read_stay_with_it(pooled: Pooled) -> None:
    limits = text("select current_setting('statement_timeout'), current_setting('enable_seqscan')")

    async with opened(pooled) as database:

        async def search() -> None:
            async with heavy_read(database, seconds=3, patience=30) as db:
                assert tuple((await db.execute(limits)).one()) == ("3s", "off")

        async def read() -> None:
            async with database.reading() as db:
                assert tuple((await db.execute(limits)).one()) == ("0", "on")

        await asyncio.gather(*(work() for _ in range(20) for work in (search, read, read)))


async def test_pages_searches_deeds_and_pushes_under_load(pooled: Pooled) -> None:
    filled = await fill(pooled.direct)
    pages = ["/", "/ideas", f"/ideas/{filled.idea}", "/ideas?q=walking", "/sign-in", "/challenges"]
    async with started(pooled.settings, pooled.folder, "--workers", "2") as site:
        async with watching(site, filled.idea, 3) as watchers:

            async def browse() -> None:
                async with site.client(follow_redirects=True) as client:
                    for page in pages * 4:
                        assert (await client.get(page)).status_code == 200, page

            async with supporters(site, filled) as stands:
                await asyncio.gather(*(browse() for _ in range(6)))
            for watcher in watchers:
                await watcher.until_shows(sum(stands.values()))
                assert watcher.heard
        database = open_one(pooled.direct)
        async with database.reading() as db:
            votes = text("select count(*) from vote where idea_id = :idea")
            assert await db.scalar(votes, {"idea": filled.idea}) == sum(stands.values())
        assert isinstance(database.bind, AsyncEngine)
        await database.bind.dispose()
        said = site.said()
        assert "Error" not in said and "could not" not in said, said
    assert "ERROR" not in pooled.pooler.said()


async def test_the_check_asks_both(pooled: Pooled, capfd: pytest.CaptureFixture[str]) -> None:
    config = read_config({**pooled.settings, "IDEAHUB_VAR": str(pooled.folder)})
    await check(config, pooled.direct)
    assert "right  pooler: IDEAHUB_DATABASE_URL answers" in capfd.readouterr().out
    pooled.pooler.send(signal.SIGKILL)
    await pooled.pooler.stop()
    await check(config, pooled.direct)
    assert "wrong  pooler: IDEAHUB_DATABASE_URL" in capfd.readouterr().out
