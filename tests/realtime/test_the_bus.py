"""With IDEAHUB_BUS_URL events are announced by Redis; without it nothing is lost, only later."""

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Kind, record
from ideahub.realtime import redis_bus
from tests.support.mail_sink import free_port
from tests.support.programs import Program, needs, redis_options, running
from tests.support.serving import Served, heard, serve, stage
from tests.support.statements import statements_run

pytestmark = [pytest.mark.slow, needs("redis-server")]


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Program]:
    """A Redis of the test's own."""
    port = free_port()
    async with running("redis-server", port, *redis_options(port), folder=tmp_path) as program:
        yield program


def with_bus(config: Config, redis: Program) -> Config:
    return replace(config, bus_url=f"redis://127.0.0.1:{redis.port}")


async def readiness(served: Served) -> tuple[int, str]:
    async with served.client() as client:
        answer = await client.get("/readyz")
    return answer.status_code, answer.text


async def until_ready(served: Served, said: str) -> None:
    async with asyncio.timeout(20):
        while (await readiness(served)) != (200, said):
            await asyncio.sleep(0.05)


async def test_a_deed_in_one_process_is_heard_in_another(
    committing: Database, config: Config, redis: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only an announcement can wake the hub in the time of this test.
    monkeypatch.setattr(redis_bus.RedisBus, "look_seconds", 3600.0)
    cast, idea = await stage(committing)
    other = Database(committing.bind, size=5)
    config = with_bus(config, redis)
    async with serve(config, committing) as one, serve(config, other) as two:
        await until_ready(one, "ready\n")
        await until_ready(two, "ready\n")
        ben = await one.sign_in(cast.ben)
        async with two.listen(f"idea:{idea}", cursor=await two.cursor()) as socket:
            assert (await one.post(f"/ideas/{idea}/vote", ben)).status_code == 200
            await heard(socket, f"idea-{idea}-support")


async def test_postgresql_is_not_asked_to_notify(
    committing: Database, config: Config, redis: Program
) -> None:
    cast, _idea = await stage(committing)
    assert isinstance(committing.bind, AsyncEngine)
    engine = committing.bind.sync_engine

    async def sent() -> str:
        with statements_run(engine) as run:
            async with committing.transaction() as db:
                await record(db, Kind.PERSON_JOINED, cast.ada)
        return " ".join(map(str, run))

    assert "pg_notify" in await sent()
    async with serve(with_bus(config, redis), committing):
        found = await sent()
        assert "INSERT INTO event" in found and "pg_notify" not in found


async def test_nothing_is_announced_that_was_not_committed(committing: Database) -> None:
    cast, _idea = await stage(committing)
    announced: list[int] = []
    committing.announce_by(Counting(announced))

    async def add(db: AsyncSession, *, fails: bool) -> None:
        await record(db, Kind.PERSON_JOINED, cast.ada)
        assert not announced
        if fails:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with committing.transaction() as db:
            await add(db, fails=True)
    async with committing.transaction() as db:
        await db.execute(text("select 1"))
    assert not announced
    async with committing.transaction() as db:
        await add(db, fails=False)
    assert announced == [1]


class Counting:
    """Notes each announcement."""

    def __init__(self, announced: list[int]) -> None:
        self.announced = announced

    def announce(self) -> None:
        self.announced.append(1)


@pytest.mark.parametrize("how", ["ended", "silent"])
async def test_without_the_bus_all_is_told_and_it_comes_back(
    committing: Database,
    config: Config,
    redis: Program,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr(redis_bus, "KEEPALIVE_SECONDS", 0.5)
    cast, idea = await stage(committing)
    async with serve(with_bus(config, redis), committing) as served:
        await until_ready(served, "ready\n")
        async with asyncio.timeout(5):
            while not served.app.state.hub.listening:
                await asyncio.sleep(0.02)
        ben = await served.sign_in(cast.ben)
        async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
            if how == "ended":
                await redis.stop()
            else:
                redis.send(signal.SIGSTOP)
            await until_ready(served, "ready\nbus: away\n")
            assert not served.app.state.hub.listening
            assert (await served.post(f"/ideas/{idea}/vote", ben)).status_code == 200
            await heard(socket, f"idea-{idea}-support", seconds=10)
            if how == "ended":
                await redis.start()
            else:
                redis.send(signal.SIGCONT)
            await until_ready(served, "ready\n")
            assert (await served.post(f"/ideas/{idea}/vote/withdrawal", ben)).status_code == 200
            await heard(socket, ">0</strong>", seconds=10)


async def test_it_starts_without_the_bus(
    committing: Database, config: Config, redis: Program
) -> None:
    await redis.stop()
    cast, idea = await stage(committing)
    config = with_bus(config, redis)
    async with serve(config, committing) as served:
        assert await readiness(served) == (200, "ready\nbus: away\n")
        ben = await served.sign_in(cast.ben)
        async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
            assert (await served.post(f"/ideas/{idea}/vote", ben)).status_code == 200
            await heard(socket, f"idea-{idea}-support", seconds=10)
