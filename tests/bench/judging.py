"""Judging: what a challenge with 10,000 entries takes, 3 judges and 5 criteria for each.

The application runs in this process and is asked as a manager and a judge ask it, so the time is
that of the whole answer, with PostgreSQL's part. CPU is what this process computes, in all its
threads. `gap` is the longest time for which it answered nobody else meanwhile, and how much the
thread that answers computed in it: for the rest it waited, for other threads or other programs.
"""

import asyncio
import gc
import re
import shutil
import time
from collections.abc import Collection
from typing import NamedTuple

import asyncpg
import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import read_config
from ideahub.core.db import open_database
from ideahub.results.kept_figures import COMPUTING
from ideahub.server import embedded
from tests.bench import databases
from tests.bench.asking import HEADERS
from tests.bench.bench import Bench
from tests.bench.judged import CAMPAIGN, MANAGER, PER_ENTRY, Filled
from tests.bench.people import sign_in
from tests.bench.report import Row, number
from tests.bench.rounds import spread
from tests.bench.served import PRODUCTION, SETTINGS
from tests.support.databases import make_migrated_folder
from tests.support.statements import statements_run
from tests.support.wiring import client_of

TICK_SECONDS = 0.002
PUBLISHED = """
    insert into panel_result (panel_id, run_id, published_by, appeals_until)
    select panel_id, id, $2, now() + interval '14 days' from score_run where panel_id = $1
    returning id
"""
# What is done, with the most seconds that it may take and those aimed at.
ASSIGNED, QUEUE, RUN, AGAIN = "assignment", "a judge's queue", "score run", "the same run again"
RESULT, FIGURES = "results, the first time", "results with their figures"
EXPORT = "export of all scores"
GOALS = {ASSIGNED: (10.0, 5.0), RUN: (5.0, 3.0), RESULT: (2.0, 1.5), QUEUE: (1.0, 0.5)}


class Took(NamedTuple):
    """Seconds by the clock and of computing, the longest gap, and how many statements were run."""

    seconds: float
    cpu: float
    gap: tuple[float, float]
    statements: int


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """A row for each thing that is done."""
    var = databases.FOLDER / "judging"
    shutil.rmtree(var, ignore_errors=True)
    asyncio.run(make_migrated_folder(var / "postgres"))
    with embedded.database(var / "postgres") as url:
        found = asyncio.run(_measure(bench, databases.plain(url)))
    return [_row(name, took) for name, took in found.items()]


def _row(name: str, took: list[Took]) -> Row:
    cpu = spread([one.cpu for one in took]).median
    gap, computed = (number(1000 * seconds) for seconds in max(one.gap for one in took))
    beside = f"{number(cpu)} s of CPU; gap {gap} ms, of it {computed} ms of CPU; "
    beside += f"{took[0].statements} statements"
    at_least, aim = GOALS.get(name, (None, None))
    seconds = spread([one.seconds for one in took])
    return Row(name, seconds, "s", at_least, aim, less_is_better=True, beside=beside)


async def _measure(bench: Bench, url: str) -> dict[str, list[Took]]:
    filled = Filled(await asyncpg.connect(url))
    await filled.challenge()
    found: dict[str, list[Took]] = {}
    database = open_database(url.replace("postgresql:", "postgresql+asyncpg:"))
    assert isinstance(database.bind, AsyncEngine)
    manager, judge = await sign_in(url, 2, first=MANAGER)
    config = read_config({**SETTINGS, **PRODUCTION})
    async with client_of(config, database, headers=HEADERS, timeout=120) as client:
        # As the server does it once it has started.
        gc.collect()
        gc.freeze()
        for _round in range(bench.rounds):
            way = Way(filled, client, database.bind, manager, judge)
            for name, took in (await way.go()).items():
                found.setdefault(name, []).append(took)
    await database.bind.dispose()
    await filled.db.close()
    return found


class Way:
    """A panel's way from its assignment to its published result."""

    def __init__(
        self,
        filled: Filled,
        client: httpx.AsyncClient,
        engine: AsyncEngine,
        manager: str,
        judge: str,
    ) -> None:
        self.filled, self.client, self.engine = filled, client, engine
        self.manager, self.judge = {"Cookie": manager}, {"Cookie": judge}

    async def go(self) -> dict[str, Took]:
        """What each step took."""
        panel = await self.filled.panel()
        judging, results = (
            f"/management/{CAMPAIGN}/{name}/{panel}" for name in ("judging", "results")
        )
        found = {ASSIGNED: await self._assign(f"{judging}/assignment")}
        found[QUEUE] = await self._ask("GET", f"/judging/{panel}", self.judge)
        await self.filled.scores(panel)
        found[RUN] = await self._ask("POST", f"{results}/runs", self.manager)
        found[AGAIN] = await self._ask("POST", f"{results}/runs", self.manager)
        result = await self.filled.db.fetchval(PUBLISHED, panel, MANAGER)
        at = f"/challenges/{CAMPAIGN}/results/{result}"
        found[RESULT] = await self._ask("GET", at)
        # One thread computes figures, one after the other: what it is given now comes after them.
        await asyncio.wrap_future(COMPUTING.submit(int))
        found[FIGURES] = await self._ask("GET", at)
        found[EXPORT] = await self._ask("GET", f"{results}/exports/scores.csv", self.manager)
        return found

    async def _assign(self, path: str) -> Took:
        shown = await self.client.get(
            path, headers=self.manager, params={"k": PER_ENTRY, "seed": "s"}
        )
        seen = re.search(r'name="seen" value="([^"]+)"', shown.text)
        assert seen, shown.text
        sent = {"k": str(PER_ENTRY), "seed": "s", "seen": seen[1]}
        return await self._ask("POST", path, self.manager, sent)

    async def _ask(
        self,
        method: str,
        path: str,
        who: dict[str, str] | None = None,
        sent: dict[str, str] | None = None,
    ) -> Took:
        gaps = asyncio.create_task(_longest_gap())
        await asyncio.sleep(0)
        with statements_run(self.engine.sync_engine) as statements:
            began, computed = time.monotonic(), time.process_time()
            answer = await self.client.request(method, path, headers=who, data=sent)
            seconds, cpu = time.monotonic() - began, time.process_time() - computed
        gaps.cancel()
        assert answer.status_code in {200, 303}, (path, answer.status_code)
        return Took(seconds, cpu, await gaps, len(statements))


async def _longest_gap() -> tuple[float, float]:
    """How long this task had to wait at most, in seconds, and how much of that its thread was
    computing."""
    longest = 0.0, 0.0
    try:
        while True:
            before, computed = time.monotonic(), time.thread_time()
            await asyncio.sleep(TICK_SECONDS)
            waited = time.monotonic() - before - TICK_SECONDS
            longest = max(longest, (waited, time.thread_time() - computed))
    except asyncio.CancelledError:
        return longest
