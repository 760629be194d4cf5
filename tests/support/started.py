"""The site as an operator starts it: a command of its own, and browsers that are open there."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from ideahub.accounts.sessions import begin_session
from ideahub.core.db import Database, open_database
from tests.support.cast import make_campaign, make_cast, make_idea, make_person
from tests.support.mail_sink import free_port
from tests.support.wiring import NO_TLS

ROOT = Path(__file__).resolve().parents[2]
# Of a machine on which much else runs.
PATIENCE = 300.0
SOCKET = re.compile(r'hx-ws:connect="([^"]+)"')
SUPPORT = re.compile(r'id="idea-\d+-support".*?<strong[^>]*>(\d+)</strong>', re.DOTALL)


@dataclass
class Filled:
    """An idea in a database, and people with a session."""

    idea: int
    secrets: list[str]


async def fill(url: str, people: int = 6) -> Filled:
    """The cast, an idea of Ada's in a public box, and others who may support it."""
    database = open_database(url, size=2)
    assert isinstance(database.bind, AsyncEngine)
    async with database.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        made = [await make_person(db, f"Voter{number} X") for number in range(people)]
        secrets = [await begin_session(db, one.id) for one in made]
    await database.bind.dispose()
    return Filled(idea.id, secrets)


@dataclass
class Started:
    """A running command, and where it answers."""

    process: asyncio.subprocess.Process
    port: int
    printed: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, **options: object) -> httpx.AsyncClient:
        """Asks it for pages."""
        return httpx.AsyncClient(base_url=self.url, verify=NO_TLS, timeout=30, **options)  # type: ignore[arg-type]

    def said(self) -> str:
        """What it has printed so far."""
        return self.printed.read_text()

    async def until_said(self, words: str) -> None:
        """Returns when it has printed these words."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.said():
                assert self.process.returncode is None, self.said()
                await asyncio.sleep(0.1)

    async def until_ready(self, body: str = "ready") -> None:
        """Returns when it says that it is ready, with this in the answer."""
        async with self.client() as client, asyncio.timeout(PATIENCE):
            while True:
                with suppress(httpx.TransportError):
                    answer = await client.get("/readyz")
                    if answer.status_code == 200 and body in answer.text:
                        return
                assert self.process.returncode is None, self.said()
                await asyncio.sleep(0.1)

    async def vote(self, client: httpx.AsyncClient, idea: int, secret: str, *, on: bool) -> int:
        """Supports the idea, or takes that back; returns the status."""
        address = f"/ideas/{idea}/vote" + ("" if on else "/withdrawal")
        headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"ideahub={secret}"}
        return (await client.post(address, headers=headers)).status_code


async def launched(settings: Mapping[str, str], folder: Path, *arguments: str) -> Started:
    """`ideahub run` with these settings, started just now; what it prints is added to what was
    printed at this port before."""
    port = int(settings.get("PORT") or free_port())
    others = {name: value for name, value in os.environ.items() if "IDEAHUB" not in name}
    others.pop("PYTHONDONTWRITEBYTECODE", None)
    own = {"IDEAHUB_VAR": str(folder), "PORT": str(port), "IDEAHUB_DEMO": "0"}
    printed = folder / f"printed-{port}"
    with printed.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ideahub", "run", *arguments),
            cwd=ROOT,
            env={**others, **own, **settings},
            stdout=out,
            stderr=out,
        )
    return Started(process, port, printed)


@asynccontextmanager
async def started(
    settings: Mapping[str, str], folder: Path, *arguments: str
) -> AsyncIterator[Started]:
    """`ideahub run` with these settings, ended as Ctrl-C would at the end."""
    site = await launched(settings, folder, *arguments)
    try:
        await site.until_ready()
        yield site
    finally:
        if site.process.returncode is None:
            site.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(site.process.wait(), PATIENCE)


@dataclass
class Watcher:
    """A browser with an idea's page open: it shows what was pushed, and connects again."""

    site: Started
    idea: int
    shown: int = -1
    connected: int = 0
    heard: list[int] = field(default_factory=list)
    address: str = ""
    _task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Opens the page; returns when its socket is connected."""
        self._task = asyncio.create_task(self._stay())
        async with asyncio.timeout(PATIENCE):
            while not self.connected:
                assert not self._task.done(), self._task.exception()
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Closes it."""
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def until_shows(self, number: int, seconds: float = 60) -> None:
        """Returns when the page shows that so many people support the idea."""
        async with asyncio.timeout(seconds):
            while self.shown != number:
                await asyncio.sleep(0.02)

    async def _stay(self) -> None:
        async with self.site.client() as client:
            await self._fetch(client)
            while True:
                with suppress(ConnectionClosed, InvalidHandshake, OSError):
                    await self._listen(client)
                await asyncio.sleep(0.05)

    async def _fetch(self, client: httpx.AsyncClient) -> None:
        # As the browser does: a page that could not be fetched is asked for again.
        async with asyncio.timeout(PATIENCE):
            while (answer := await client.get(f"/ideas/{self.idea}")).status_code != 200:
                await asyncio.sleep(0.1)
        found, support = SOCKET.search(answer.text), SUPPORT.search(answer.text)
        assert found and support
        self.address = unescape(found[1])
        self.shown = int(support[1])

    async def _listen(self, client: httpx.AsyncClient) -> None:
        address = self.site.url.replace("http", "ws", 1) + self.address
        async with connect(address, origin=Origin(self.site.url)) as socket:
            self.connected += 1
            async for message in socket:
                if str(message).startswith("{"):
                    await self._fetch(client)
                elif support := SUPPORT.search(str(message)):
                    self.shown = int(support[1])
                    self.heard.append(self.shown)


@asynccontextmanager
async def watching(site: Started, idea: int, many: int) -> AsyncIterator[list[Watcher]]:
    """So many browsers with the idea's page open."""
    watchers = [Watcher(site, idea) for _ in range(many)]
    try:
        for watcher in watchers:
            await watcher.open()
        yield watchers
    finally:
        for watcher in watchers:
            await watcher.close()


@asynccontextmanager
async def supporters(site: Started, filled: Filled) -> AsyncIterator[dict[str, bool]]:
    """People who support the idea and take it back, all the time, on connections that they keep.

    Yields who supports it, as it was acknowledged. No deed is sent twice: one that is not answered
    as it should be fails the block at its end.
    """
    stands: dict[str, bool] = {}
    ending = asyncio.Event()

    async def press(secret: str) -> None:
        async with site.client() as client:
            while not ending.is_set():
                on = not stands.get(secret, False)
                assert await site.vote(client, filled.idea, secret, on=on) == 303
                stands[secret] = on
                await asyncio.sleep(0.1)

    tasks = [asyncio.create_task(press(secret)) for secret in filled.secrets]
    try:
        yield stands
    finally:
        ending.set()
        done = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [problem for problem in done if problem], done


def open_one(url: str) -> Database:
    """A database to look into."""
    return open_database(url, size=1)
