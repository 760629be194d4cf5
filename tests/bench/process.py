"""The process: how soon `ideahub run` answers, and the memory that it takes with the demo, warm.

start: from the command to the first answer of /readyz, with an existing database, once with the
embedded PostgreSQL to be started as well, and once with it running. memory: after each public page
and each page of a signed-in person was opened some times.
"""

import asyncio
import re
import time
from collections.abc import Collection
from pathlib import Path

from ideahub.server import embedded
from tests.bench import databases, served
from tests.bench.asking import Ask, get
from tests.bench.bench import Bench
from tests.bench.people import sign_in
from tests.bench.processes import memory_bytes
from tests.bench.report import Row
from tests.bench.rounds import spread
from tests.bench.sizes import USUAL

SECTIONS = ("start", "memory")
LINKS = re.compile(r'href="(/[a-z][^"#]*)"')
TIMES = 5


def measure(bench: Bench, chosen: Collection[str]) -> list[Row]:
    """The rows of those of SECTIONS that are chosen."""
    return [
        *(_starts(bench) if "start" in chosen else ()),
        *(_memory() if "memory" in chosen else ()),
    ]


def _starts(bench: Bench) -> list[Row]:
    with databases.running(USUAL) as (var, _url):
        beside = [_start(var) for _round in range(bench.rounds)]
    # Nobody else runs the database now, so the command starts it.
    both = [_start(var) for _round in range(bench.rounds)]
    return [
        _start_row("start with an existing database", both),
        _start_row("the same, PostgreSQL running", beside),
    ]


def _start(var: Path) -> float:
    began = time.monotonic()
    with served.ideahub(var):
        return time.monotonic() - began


def _start_row(name: str, seconds: list[float]) -> Row:
    return Row(name, spread(seconds), "s", 3.0, 1.2, less_is_better=True)


def _memory() -> list[Row]:
    var = databases.FOLDER / "demo"
    demo = {"IDEAHUB_DEMO": "1", "IDEAHUB_DEMO_IN_PUBLIC": "1"}
    with (
        embedded.database(var / "postgres") as url,
        served.ideahub(var, served.PORT, demo) as process,
    ):
        cookie = asyncio.run(sign_in(databases.plain(url), 1, first=1))[0]
        paths = {"/", "/ideas", "/challenges", "/pipeline"}
        paths |= {
            link for path in paths for link in LINKS.findall(get(served.PORT, Ask(path)).text)
        }
        for path in sorted(path.replace("&amp;", "&") for path in paths):
            for who in ("", cookie):
                for _time in range(TIMES):
                    get(served.PORT, Ask(path, who))
        used = memory_bytes(process)
    beside = f"after {len(paths)} addresses, {TIMES} times each, signed out and in"
    name = "memory of the process, warm, with the demo"
    return [Row(name, spread([used / 1e6]), "MB", 160, 120, less_is_better=True, beside=beside)]
