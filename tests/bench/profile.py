"""Profile: what the server's process computes for a page, and for what.

The application runs in this process and is asked without a socket, one request after the other.
Every millisecond of computing the stack is looked at: the innermost function that belongs to one of
the groups below decides. So what a library calls counts for it, as does what a template calls for
the templates. PostgreSQL's own work is not in it.
"""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from types import FrameType

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import PACKAGE, read_config
from ideahub.core.db import open_database
from tests.bench import databases
from tests.bench.asking import HEADERS
from tests.bench.bench import Bench
from tests.bench.pages import HOT
from tests.bench.people import sign_in
from tests.bench.report import Row
from tests.bench.rounds import spread
from tests.bench.served import PRODUCTION, SETTINGS
from tests.bench.sizes import USUAL
from tests.support.statements import statements_run
from tests.support.wiring import client_of

# Part of a file's name → group; the first that fits.
GROUPS = {
    "sqlalchemy": "SQL client",
    "asyncpg": "SQL client",
    "/templates/": "templates",
    "jinja2": "templates",
    "markupsafe": "templates",
    "gzip": "compression",
    "litestar": "framework",
    "httpx": "",
    "tests/": "",
    f"{PACKAGE}/": "own code",
}
EVERY_SECONDS = 0.001
REQUESTS = 40


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """A row for each page, signed out and in."""
    with databases.running(USUAL) as (_var, url):
        return asyncio.run(_measure(bench, url))


async def _measure(bench: Bench, url: str) -> list[Row]:
    database, rows = open_database(url.replace("postgresql:", "postgresql+asyncpg:")), []
    cookie = (await sign_in(url, 1))[0]
    config = read_config({**SETTINGS, **PRODUCTION})
    async with client_of(config, database, headers=HEADERS) as client:
        for who, headers in (("out", {}), ("in", {"Cookie": cookie})):
            for name, path in HOT.items():
                asked = client.build_request("GET", path, headers=headers)
                rows.append(
                    await _row(client, asked, database.bind, f"{name}, signed {who}", bench)
                )
    assert isinstance(database.bind, AsyncEngine)
    await database.bind.dispose()
    return rows


async def _row(
    client: httpx.AsyncClient, asked: httpx.Request, bind: object, name: str, bench: Bench
) -> Row:
    assert isinstance(bind, AsyncEngine)
    for _warming in range(5):
        (await client.send(asked)).raise_for_status()
    with statements_run(bind.sync_engine) as statements:
        await client.send(asked)
    taken, found = [], Counter[str]()
    for _round in range(bench.rounds):
        with _sampling(found):
            began = time.process_time()
            for _request in range(REQUESTS // bench.rounds):
                await client.send(asked)
            taken.append((time.process_time() - began) / (REQUESTS // bench.rounds))
    of_all = sum(found.values()) or 1
    share = sum(found[group] for group in found if group) / of_all
    parts = [f"{group} {many / of_all:.0%}" for group, many in found.most_common() if group]
    beside = f"{len(statements)} statements; {', '.join(parts)}"
    return Row(name, spread([1000 * seconds * share for seconds in taken]), "ms", beside=beside)


@contextmanager
def _sampling(found: Counter[str]) -> Iterator[None]:
    def look(_signal: int, frame: FrameType | None) -> None:
        found[_group(frame)] += 1

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _group(frame: FrameType | None) -> str:
    while frame:
        name = frame.f_code.co_filename
        for part, group in GROUPS.items():
            if part in name:
                return group
        frame = frame.f_back
    return ""
