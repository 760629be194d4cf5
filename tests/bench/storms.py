"""All sockets come back at once, as when a network or a proxy was away for a moment."""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ideahub.accounts.known_viewers import KNOWN_SECONDS
from tests.bench.bench import Bench
from tests.bench.probing import probing
from tests.bench.processes import cpu_seconds
from tests.bench.report import Row, number
from tests.bench.rounds import spread
from tests.bench.stage import Stage, path_of

GOAL, AT_LEAST, AIM = 10_000, 60, 15
MOST_ROUNDS = 3


class Storm(NamedTuple):
    """Seconds until the last was open; the server's CPU seconds, and those of the load; the longest
    wait of another request; why some had to try again, how often."""

    seconds: float
    cpu: float
    load: float
    wait: float
    again: dict[str, int]


def storms(bench: Bench, stage: Stage, many: int) -> list[Row]:
    """A row for strangers, and one for people who are signed in, each with one page open."""
    return [
        _row(bench, stage, many, f"{many:,} sockets come back at once", ()),
        _row(bench, stage, many, f"the same, of {many:,} signed-in people", stage.cookies),
    ]


def _row(bench: Bench, stage: Stage, many: int, name: str, cookies: Sequence[str]) -> Row:
    found = []
    for _round in range(min(bench.rounds, MOST_ROUNDS)):
        if cookies:
            # Else nobody would have to be looked up.
            time.sleep(KNOWN_SECONDS)
        found.append(_storm(stage, many, cookies))
    # Fewer sockets than the goal is about do not reach it.
    at_least, aim = (AT_LEAST, AIM) if many >= GOAL else (None, None)
    seconds = spread([one.seconds for one in found])
    return Row(name, seconds, "s", at_least, aim, less_is_better=True, beside=_beside(found))


def _storm(stage: Stage, many: int, cookies: Sequence[str]) -> Storm:
    path, load = path_of(stage), stage.crowd.cpu_seconds()
    began, cpu = time.monotonic(), cpu_seconds(stage.site.process)
    with probing() as waits:
        opened = stage.crowd.open_again(path, cookies)
    if opened.open != many:
        sys.exit(f"Of {many} sockets only {opened.open} came back and stayed.")
    return Storm(
        opened.last - began,
        cpu_seconds(stage.site.process) - cpu,
        stage.crowd.cpu_seconds() - load,
        max(waits),
        opened.again,
    )


def _beside(found: list[Storm]) -> str:
    cpu, load, wait = (
        number(spread([getattr(one, name) for one in found]).median)
        for name in ("cpu", "load", "wait")
    )
    again = Counter[str]()
    for one in found:
        again.update(one.again)
    told = ", ".join(f"{times} times: {reason}" for reason, times in again.items()) or "never"
    return (
        f"CPU: server {cpu} s, load {load} s; HTTP waited at most {wait} s meanwhile; "
        f"tried again, in all {len(found)} rounds: {told}"
    )
