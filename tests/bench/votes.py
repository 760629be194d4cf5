"""Votes: how many a second, all for the same idea, beside `pgbench` with the same SQL.

Everyone votes once for an idea, and when all have, for the next one. Each acknowledged vote has to
be a row afterwards, no row may be there that nobody sent, and the idea's count has to be that of
its rows; otherwise the run ends.
"""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from ideahub.server.embedded import binaries
from tests.bench import served
from tests.bench.ballots import Vote, must_have, put_ideas, remove_ideas
from tests.bench.bench import Bench, Site
from tests.bench.people import FIRST, sign_in
from tests.bench.processes import cpu_seconds
from tests.bench.report import Row, number
from tests.bench.rounds import in_rounds, ratios, spread
from tests.bench.sizes import BOX, USUAL
from tests.bench.voters import Order, Tally

VOTERS = USUAL.people - FIRST
CONNECTIONS = 32
# As many as the server has connections to the database.
CLIENTS = 10
IDEAS_IN_A_TURN = 20
SCRIPT = Path(__file__).with_name("vote.sql")
AT_LEAST, AIM, AT_LEAST_A_SECOND = 0.35, 0.8, 300


class Cast(NamedTuple):
    """Votes per second; for IdeaHub also the seconds that one took (the median, and what 99 of 100
    stay below), CPU seconds of the server's process for each, and how many were shed."""

    per_second: float
    middle: float = 0.0
    late: float = 0.0
    cpu: float = 0.0
    shed: int = 0


def measure(bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """The rows of this section; with `bench.minutes` also those of so long a run."""
    with bench.site() as site:
        cookies = asyncio.run(sign_in(site.url, VOTERS))
        first = asyncio.run(put_ideas(site.url, 2 * IDEAS_IN_A_TURN * max(bench.rounds, 10)))
        half = first + IDEAS_IN_A_TURN * max(bench.rounds, 10)
        try:
            cast = partial(_cast, site, cookies)
            cast(first, 2 * bench.seconds)
            turns = {
                "pgbench": lambda n: _pgbench(site, half + n * IDEAS_IN_A_TURN, bench.seconds),
                # One further, as the first of them has votes from warming up.
                "IdeaHub": lambda n: cast(first + 1 + n * IDEAS_IN_A_TURN, bench.seconds),
            }
            rows = _rows(in_rounds(bench.rounds, turns), bench.seconds)
            if bench.minutes:
                first = asyncio.run(put_ideas(site.url, 200))
                rows += _long([cast(first, bench.minutes * 60)], bench.minutes)
        finally:
            asyncio.run(remove_ideas(site.url))
    return rows


def _cast(site: Site, cookies: list[str], idea: int, seconds: float) -> Cast:
    order = Order(served.PORT, cookies, idea, CONNECTIONS, seconds)
    before = cpu_seconds(site.process)
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.voters"],
        input=msgspec.json.encode(order),
        capture_output=True,
        check=True,
    ).stdout
    used = cpu_seconds(site.process) - before
    tally = msgspec.json.decode(told, type=Tally)
    many = len(tally.acknowledged)
    if tally.refused or not many:
        sys.exit(f"Not every vote was taken: {many} were, {tally.refused} were refused.")
    votes = (
        Vote(idea + further, FIRST + person)
        for further, person in (divmod(n, len(cookies)) for n in tally.acknowledged)
    )
    asyncio.run(must_have(site.url, votes, tally.unanswered))
    waited = sorted(tally.waited)
    late = waited[int(0.99 * many)]
    return Cast(many / tally.seconds, waited[many // 2], late, used / many, tally.shed)


def _pgbench(site: Site, idea: int, seconds: float) -> Cast:
    values = {"idea": idea, "person": FIRST, "people": VOTERS, "campaign": BOX, "turn": 0}
    values |= {"first": 0, "clients": CLIENTS}
    named = [part for name, value in values.items() for part in ("-D", f"{name}={value}")]
    settings = ["-n", "-M", "prepared", f"-c{CLIENTS}", "-j1", f"-T{max(1, round(seconds))}"]
    command = [_program(), *settings, *named, "-f", str(SCRIPT), site.url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([\d.]+) \(without", told)
    assert found, told
    return Cast(float(found[1]))


def _program() -> str:
    beside = binaries.find(None)[1] / "pgbench"
    found = str(beside) if beside.exists() else shutil.which("pgbench")
    if found is None:
        sys.exit("`pgbench` is missing. On Debian and Ubuntu: apt install postgresql-contrib")
    return found


def _rows(found: dict[str, list[Cast]], seconds: float) -> list[Row]:
    ours, yardstick = found["IdeaHub"], found["pgbench"]
    ratio = ratios([one.per_second for one in ours], [one.per_second for one in yardstick])
    speed = spread([one.per_second for one in yardstick])
    name = f"votes on one idea, {seconds:.0f} s each"
    beside = f"pgbench: {number(speed.median)}/s"
    return [
        Row(f"{name} ÷ pgbench", ratio, "", AT_LEAST, AIM, beside=beside),
        Row(name, spread([one.per_second for one in ours]), "/s", beside=_beside(ours)),
    ]


def _long(cast: list[Cast], minutes: float) -> list[Row]:
    speed = spread([one.per_second for one in cast])
    goals = AT_LEAST_A_SECOND, AT_LEAST_A_SECOND
    name = f"votes on one idea at a time, for {minutes:g} minutes"
    return [Row(name, speed, "/s", *goals, beside=_beside(cast))]


def _beside(cast: list[Cast]) -> str:
    middle, late, cpu = (
        number(1000 * spread([getattr(one, name) for one in cast]).median)
        for name in ("middle", "late", "cpu")
    )
    shed = sum(one.shed for one in cast)
    told = f"; {shed} told to come back" if shed else ""
    return f"{middle} ms each, 99 of 100 below {late} ms; {cpu} ms of CPU; none lost{told}"
