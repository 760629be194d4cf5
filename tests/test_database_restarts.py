"""PostgreSQL restarts, crashes, runs out of connections: people are told, and all comes back.

Each fault several times, under people who read and write; afterwards every connection is free
again and every vote that was acknowledged is there.
"""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest
import uvicorn
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.conversation import contributing
from ideahub.core.config import Config
from ideahub.core.connection_queue import ConnectionQueue, QueueTimeout
from ideahub.core.db import Database, open_database
from ideahub.realtime import hub
from ideahub.server import embedded, serving
from tests.support.cast import make_campaign, make_cast, make_idea
from tests.support.effort import effort
from tests.support.serving import Served, serve

TIMES = effort(3, 10)
PEOPLE = 5
# Of the database server; the site takes up to four.
MOST_CONNECTIONS = 30
# Seconds between two requests of one of them.
PAUSE = 0.1
SAID = "select body from contribution"
TOLD = f"{SAID} join event on subject_id = contribution.id where event.kind = 'contribution made'"


@dataclass
class Place:
    """A site with a database server of its own, which can be hurt."""

    served: Served
    data: Path
    idea: int
    secret: str
    statuses: list[int] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)

    @property
    def server(self) -> int:
        """The number of the database server's process."""
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    async def connect(self) -> asyncpg.Connection:
        """A connection to the database of somebody else."""
        bind = self.served.database.bind
        assert isinstance(bind, AsyncEngine)
        url = make_url(bind.url).set(drivername="postgresql", username="postgres")
        found: asyncpg.Connection = await asyncpg.connect(url.render_as_string(hide_password=False))
        return found


Hurt = Callable[[Place], Awaitable[None]]


async def stop_and_start(place: Place, how: signal.Signals) -> None:
    os.kill(place.server, how)
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(embedded.ensure, place.data):
            await asyncio.sleep(0.02)


async def fast_restart(place: Place) -> None:
    await stop_and_start(place, signal.SIGINT)


async def immediate_restart(place: Place) -> None:
    await stop_and_start(place, signal.SIGQUIT)


async def killed_backends(place: Place) -> None:
    killer = await place.connect()
    await killer.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where application_name = 'ideahub' and pid <> pg_backend_pid()"
    )
    await killer.close()


async def crashed_backend(place: Place) -> None:
    """One of its processes is killed: PostgreSQL throws everyone out and recovers."""
    looker = await place.connect()
    found = await looker.fetchval(
        "select pid from pg_stat_activity where application_name = 'ideahub' limit 1"
    )
    if found:
        os.kill(found, signal.SIGKILL)
    with suppress(asyncpg.PostgresError, OSError):
        await looker.close(timeout=2)


async def take_all_connections(place: Place, hogs: list[asyncpg.Connection]) -> None:
    with suppress(asyncpg.TooManyConnectionsError):
        while True:
            hogs.append(await place.connect())
            assert len(hogs) <= MOST_CONNECTIONS


async def no_connection_left(place: Place) -> None:
    """Others take every connection there is, after those of the site were ended."""
    hogs: list[asyncpg.Connection] = []
    try:
        await take_all_connections(place, hogs)
        await hogs[0].execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'ideahub'"
        )
        await take_all_connections(place, hogs)
        await asyncio.sleep(0.1)
    finally:
        for hog in hogs:
            hog.terminate()


@asynccontextmanager
async def place(data: Path, config: Config, size: int) -> AsyncIterator[Place]:
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(f"max_connections = {MOST_CONNECTIONS}\n")
    with embedded.database(data) as url:
        database = open_database(url, size=size)
        assert isinstance(database.bind, AsyncEngine)
        async with database.transaction() as db:
            cast = await make_cast(db)
            idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        async with serve(config, database) as served:
            yield Place(served, data, idea.id, await served.sign_in(cast.ben))
        await database.bind.dispose()


async def read(place: Place, client: httpx.AsyncClient) -> None:
    while True:
        with suppress(httpx.TransportError):
            place.statuses.append((await client.get(f"/ideas/{place.idea}")).status_code)
        await asyncio.sleep(PAUSE)


async def write(place: Place, client: httpx.AsyncClient, who: int) -> None:
    number = 0
    while True:
        number += 1
        words = f"And word {number} of {who}"
        with suppress(httpx.TransportError):
            form = {"kind": "question", "body": words}
            headers = {"Sec-Fetch-Site": "same-origin"}
            url = f"/ideas/{place.idea}/contributions"
            answer = await client.post(url, data=form, headers=headers)
            place.statuses.append(answer.status_code)
            if answer.status_code == 303:
                place.acknowledged.append(words)
        await asyncio.sleep(PAUSE)


@asynccontextmanager
async def people(place: Place) -> AsyncIterator[None]:
    """Some read and some write, all the time."""
    async with AsyncExitStack() as stack:
        tasks = []
        for who in range(PEOPLE):
            client = place.served.client(timeout=15)
            client.cookies.set("ideahub", place.secret)
            await stack.enter_async_context(client)
            work = write(place, client, who) if who < 2 else read(place, client)
            tasks.append(asyncio.create_task(work))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def is_well_again(place: Place) -> None:
    async with place.served.client(timeout=15) as client:
        async with asyncio.timeout(20):
            while (await client.get("/readyz")).status_code != 200:
                await asyncio.sleep(0.05)
        assert (await client.get(f"/ideas/{place.idea}")).status_code == 200
        assert (await client.get("/healthz")).status_code == 200


async def all_places_are_free(gate: ConnectionQueue) -> None:
    # The clock and the hub take one now and then.
    async with asyncio.timeout(15):
        while gate.taken:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("hurt", "size"),
    [
        (fast_restart, 4),
        (immediate_restart, 4),
        (killed_backends, 4),
        (crashed_backend, 4),
        (no_connection_left, 4),
        (killed_backends, 1),
        (no_connection_left, 1),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
@pytest.mark.slow
async def test_all_comes_back(
    own_folder: Path, config: Config, hurt: Hurt, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that the listener, which /readyz asks for, does not make each time wait.
    monkeypatch.setattr(hub, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(contributing, "MOST", 10_000)
    async with place(own_folder, config, size) as here:
        async with people(here):
            for _time in range(TIMES):
                await asyncio.sleep(0.05)
                await hurt(here)
                await is_well_again(here)
        await all_places_are_free(here.served.database.queue)
        assert set(here.statuses) <= {200, 303, 503, 429}, sorted(set(here.statuses))
        assert {200, 503} <= set(here.statuses)
        async with here.served.database.reading() as db:
            said = Counter((await db.execute(text(SAID))).scalars())
            told = Counter((await db.execute(text(TOLD))).scalars())
        # None is lost, and none is there twice, or told twice.
        assert set(said) >= set(here.acknowledged)
        assert said == told == Counter(set(said))


@pytest.mark.slow
async def test_whoever_waits_too_long_is_told(config: Config, committing: Database) -> None:
    committing.queue = ConnectionQueue(1, patience=0.2)
    async with (
        serve(config, committing) as served,
        served.client() as client,
        committing.reading(),
    ):
        answer = await client.get("/ideas")
        assert answer.status_code == 503
        assert "Very many people are here" in answer.text
        assert answer.headers["retry-after"]
        assert (await client.get("/nowhere")).status_code == 404
        assert "QueueTimeout" in (await client.get("/readyz")).text


@pytest.mark.slow
async def test_a_process_that_serves_nobody_says_so(
    config: Config, committing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    committing.queue = ConnectionQueue(1, patience=0.1)
    monkeypatch.setattr("ideahub.core.connection_queue.STUCK_SECONDS", 0.3)
    async with (
        serve(config, committing) as served,
        served.client() as client,
    ):
        async with committing.queue.place():
            assert (await client.get("/healthz")).status_code == 200
            assert (await client.get("/ideas")).status_code == 503
            await asyncio.sleep(0.3)
            assert (await client.get("/healthz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200


@pytest.mark.slow
async def test_a_process_that_serves_nobody_ends(
    committing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that whoever started it starts it anew."""
    committing.queue = ConnectionQueue(1, patience=0.05)
    monkeypatch.setattr("ideahub.core.connection_queue.STUCK_SECONDS", 0.1)
    monkeypatch.setattr(serving, "STUCK_EVERY_SECONDS", 0.05)
    server = serving.SignalSafeServer(uvicorn.Config(lambda *_arguments: None))
    watching = asyncio.create_task(serving._leave_when_stuck(committing, server))
    await asyncio.sleep(0.5)
    assert not server.should_exit
    async with committing.queue.place():
        with pytest.raises(QueueTimeout):
            await committing.queue.place().__aenter__()
        await asyncio.wait_for(watching, 15)
    assert server.should_exit


async def test_places_are_handed_out_in_order() -> None:
    gate, order = ConnectionQueue(1), []

    async def come(number: int) -> None:
        async with gate.place():
            order.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*map(come, range(20)))
    assert order == list(range(20))
    assert gate.taken == 0


async def test_whoever_gives_up_waiting_takes_no_place() -> None:
    gate = ConnectionQueue(1, patience=0.05)
    async with gate.place():
        waiting = asyncio.create_task(gate.place().__aenter__())
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(QueueTimeout):
            await gate.place().__aenter__()
    async with gate.place():
        assert gate.taken == 1
