"""`kill -9` of the server, or of its database, while people write: what was acknowledged is there,
once, and every kept count is what the rows say."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.accounts.sessions import begin_session
from ideahub.core.db import Database, open_database
from ideahub.core.viewer import Role
from ideahub.features import COUNTS
from ideahub.server import embedded
from tests.support.cast import make_campaign, make_cast, make_idea, make_person
from tests.support.effort import effort
from tests.support.wiring import NO_TLS

# A server of its own is started, killed and started again.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
TIMES = effort(2, 6)
VOTERS = 4
# How many words and promises are acknowledged between two kills, and how long that and a start
# may take, in seconds.
WORDS, PROMISES, PATIENCE = 4, 2, 90.0
# So many may somebody write in ten minutes.
MOST_WORDS = 39
SOON = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()


@dataclass
class Site:
    """The site as an operator runs it, and what its people were told."""

    var: Path
    port: int
    idea: int
    secrets: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    # What was acknowledged: words, promises, and whether each voter's vote stands. What is not
    # answered is sent again until it is.
    said: list[str] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)
    supports: dict[str, bool] = field(default_factory=dict)
    stopping: bool = False

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Starts it, and returns when it is well."""
        settings = {"IDEAHUB_VAR": str(self.var), "PORT": str(self.port), "IDEAHUB_DEMO": "0"}
        others = {name: value for name, value in os.environ.items() if "IDEAHUB" not in name}
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ideahub", "run"),
            cwd=ROOT,
            env=others | settings,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self.is_well()

    async def is_well(self) -> None:
        """Returns when it answers."""
        async with httpx.AsyncClient(base_url=self.url, verify=NO_TLS) as client:
            async with asyncio.timeout(PATIENCE):
                while True:
                    with suppress(httpx.TransportError):
                        if (await client.get("/readyz")).status_code == 200:
                            return
                    await asyncio.sleep(0.1)

    async def is_written_to(self) -> None:
        """Returns when some more was acknowledged."""
        words, promises = len(self.said) + WORDS, len(self.promised) + PROMISES
        async with asyncio.timeout(PATIENCE):
            while len(self.said) < words or len(self.promised) < promises:
                await asyncio.sleep(0.02)

    async def end(self) -> None:
        """Stops it as Ctrl-C would, if it runs."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), 30)


Kill = Callable[[Site], Awaitable[None]]


async def kill_the_server(site: Site) -> None:
    """Its database ends with it; whoever runs it starts it again."""
    assert site.process
    site.process.kill()
    await site.process.wait()
    await site.start()


async def kill_the_database(site: Site) -> None:
    """The site starts it again by itself."""
    pid = int((site.var / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.5)
    await site.is_well()


@asynccontextmanager
async def filled(data: Path) -> AsyncIterator[Database]:
    """The database of the site while that does not run."""
    with embedded.database(data) as url:
        database = open_database(url, size=2)
        assert isinstance(database.bind, AsyncEngine)
        yield database
        await database.bind.dispose()


async def make_site(folder: Path) -> Site:
    async with filled(folder / "postgres") as database, database.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        voters = [await make_person(db, f"Voter{number} X") for number in range(VOTERS)]
        leader = await make_person(db, "Lea Der", cast.ministry, Role.LEADER)
        people = {"ada": cast.ada, "ben": cast.ben, "lea": leader}
        people |= {one.name.removesuffix(" X"): one for one in voters}
        secrets = {name: await begin_session(db, one.id) for name, one in people.items()}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Site(folder, port, idea.id, secrets)


@asynccontextmanager
async def browser(site: Site, name: str) -> AsyncIterator[Callable[..., Awaitable[int]]]:
    """`await post(address, **fields)` is the status of the answer; 0 where none came."""
    async with httpx.AsyncClient(base_url=site.url, verify=NO_TLS, timeout=15) as client:
        client.cookies.set("ideahub", site.secrets[name])

        async def post(address: str, **fields: str) -> int:
            headers = {"Sec-Fetch-Site": "same-origin"}
            try:
                answer = await client.post(address, data=fields, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                return 0
            await asyncio.sleep(0.02)
            return answer.status_code

        yield post


async def vote(site: Site, name: str) -> None:
    presses = cycle([(True, "vote"), (False, "vote/withdrawal")])
    async with browser(site, name) as post:
        while not site.stopping:
            stands, address = next(presses)
            while await post(f"/ideas/{site.idea}/{address}") != 303:
                pass
            site.supports[name] = stands


async def say(site: Site, name: str) -> None:
    async with browser(site, name) as post:
        while not site.stopping and len(site.said) < MOST_WORDS:
            words = f"Word {len(site.said)} of {name}"
            fields = {"kind": "build", "body": words, "seen": "1"}
            while await post(f"/ideas/{site.idea}/contributions", **fields) != 303:
                pass
            site.said.append(words)
            await asyncio.sleep(0.1)


async def promise(site: Site, name: str) -> None:
    async with browser(site, name) as post:
        while not site.stopping:
            words = {"promise": f"Promise {len(site.promised)}"}
            words |= {"kind": "mandate", "expires_on": SOON}
            while await post(f"/ideas/{site.idea}/pledges", **words) != 303:
                pass
            site.promised.append(words["promise"])
            await asyncio.sleep(0.1)


async def answer(site: Site, name: str) -> None:
    """Accepts each promise and adopts each build that there is, as far as that comes through."""
    number = 0
    async with browser(site, name) as post:
        while not site.stopping:
            number += 1
            await post(f"/pledges/{number}/acceptance")
            fields = {"title": "A walking bus", "why": "", "revision": str(number)}
            await post(f"/contributions/{number}/adoption", **fields | {"body": f"Text {number}"})
            if number > len(site.said):
                number = 0
            await asyncio.sleep(0.05)


@asynccontextmanager
async def people(site: Site) -> AsyncIterator[None]:
    """All of them write, all the time; at the end each waits for an answer to the last deed."""
    work = [vote(site, f"Voter{number}") for number in range(VOTERS)]
    work += [say(site, "ben"), promise(site, "lea"), answer(site, "ada")]
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
        site.stopping = True
        await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("kill", [kill_the_server, kill_the_database])
async def test_what_was_acknowledged_is_there(own_folder: Path, kill: Kill) -> None:
    site = await make_site(own_folder.parent)
    try:
        await site.start()
        async with people(site):
            for _time in range(TIMES):
                await site.is_written_to()
                await kill(site)
            await site.is_written_to()
    finally:
        await site.end()
    async with filled(own_folder) as database:
        await _all_is_there(site, database)


async def _all_is_there(site: Site, database: Database) -> None:
    async with database.reading() as db:
        for count in COUNTS:
            assert (await db.execute(count.differing)).scalar_one() == 0, count.name
        said = list((await db.execute(text("select body from contribution"))).scalars())
        promised = list((await db.execute(text("select promise from pledge"))).scalars())
        names = "select person.name from vote join person on person.id = person_id"
        stand = {name.removesuffix(" X") for name in (await db.execute(text(names))).scalars()}
        told = "select count(*), count(distinct subject_id) from event where kind = :kind"
        events = (await db.execute(text(told), {"kind": "contribution made"})).one()
    assert sorted(said) == sorted(site.said)
    assert sorted(promised) == sorted(site.promised)
    assert tuple(events) == (len(said), len(said))
    assert stand == {name for name, stands in site.supports.items() if stands}
    assert len(site.supports) == VOTERS
