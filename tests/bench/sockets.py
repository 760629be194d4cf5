"""Sockets: what an idle one takes, how soon the last one has a push, and how all come back.

All sections of this file share one crowd of open sockets, as opening it takes longest. A push is
what a vote sends to the open pages of its idea. It is timed from the answer to the vote (it is
committed then) until the last socket has all of it, without the hundredth of a second for which the
hub waits on purpose, so that what happens together is sent together. Beside it: `websockets` alone,
which broadcasts the same text to as many sockets, and reads and renders nothing for it. `wait` is
the longest that /healthz took meanwhile. In a storm all connections are lost and made again at
once, by programs on this machine.
"""

import http.client
import time
from collections.abc import Collection
from typing import NamedTuple

from ideahub.realtime.hub import GATHER_SECONDS, MERGE_SECONDS
from tests.bench import served
from tests.bench.bench import Bench
from tests.bench.probing import probing
from tests.bench.processes import memory_bytes
from tests.bench.report import Row, number
from tests.bench.rounds import in_rounds, ratios, spread
from tests.bench.stage import Stage, open_stage, path_of
from tests.bench.storms import GOAL, storms
from tests.bench.voters import PRESSED

SECTIONS = ("sockets", "push", "wait", "storm")
FEW = 1_000


class Arrival(NamedTuple):
    """Seconds until the last and the first socket had a push, and the longest that a request took
    meanwhile."""

    last: float
    first: float = 0.0
    wait: float = 0.0


def measure(bench: Bench, chosen: Collection[str]) -> list[Row]:
    """The rows of those of SECTIONS that are chosen."""
    with open_stage(bench) as stage:
        small, many = min(FEW, bench.sockets // 2), bench.sockets
        stage.crowd.open(path_of(stage), small)
        before, rows = memory_bytes(stage.site.process), []
        if "push" in chosen:
            stage.bare_crowd.open("/", small)
            rows += _pushes(bench, stage, small, chosen={"push"})
        stage.crowd.open(path_of(stage), many)
        used = memory_bytes(stage.site.process) - before
        if {"push", "wait"} & set(chosen):
            stage.bare_crowd.open("/", many)
            rows += _pushes(bench, stage, many, chosen=chosen)
        if "storm" in chosen:
            rows += storms(bench, stage, many)
        if "sockets" in chosen:
            later = memory_bytes(stage.site.process) - before
            rows.append(_memory_row(used, later, many, many - small))
    return rows


def _pushes(bench: Bench, stage: Stage, many: int, chosen: Collection[str]) -> list[Row]:
    text = _push(stage)[1]  # also compiles the templates

    def bare(_round: int) -> Arrival:
        began = stage.bare.send(text)
        heard = stage.bare_crowd.heard()
        return Arrival(heard.last - began, heard.first - began)

    def ours(_round: int) -> Arrival:
        with probing() as waits:
            arrival, _text = _push(stage)
        return arrival._replace(wait=max(waits, default=0.0))

    def quiet(_round: int) -> Arrival:
        with probing() as waits:
            time.sleep(0.5)
        return Arrival(0.0, wait=max(waits, default=0.0))

    found = in_rounds(2 * bench.rounds, {"bare": bare, "IdeaHub": ours, "no push": quiet})
    rows = [_push_row(found["IdeaHub"], found["bare"], many, len(text))]
    waits = [_wait_row(found["IdeaHub"], found["no push"], many)]
    return [*(rows if "push" in chosen else ()), *(waits if "wait" in chosen else ())]


def _push(stage: Stage) -> tuple[Arrival, str]:
    """Somebody votes who has not; how long the sockets then wait for what text."""
    # Else it would be put together with the push before.
    time.sleep(MERGE_SECONDS)
    asking = http.client.HTTPConnection("127.0.0.1", served.PORT)
    path = f"/ideas/{stage.idea}/vote"
    asking.request("POST", path, headers=PRESSED | {"Cookie": stage.voters.pop()})
    assert asking.getresponse().status == 200
    began = time.monotonic() + GATHER_SECONDS
    heard = stage.crowd.heard()
    return Arrival(heard.last - began, heard.first - began), heard.text


def _memory_row(used: float, later: float, many: int, of: int) -> Row:
    kilobytes, then = used / of / 1000, later / of / 1000
    beside = f"{number(then)} kB at the end of these sections; without the system's own buffers"
    return Row(
        f"memory of an idle socket, of {many:,}", spread([kilobytes]), "kB", 26, 16,
        less_is_better=True, beside=beside,
    )  # fmt: skip


def _push_row(ours: list[Arrival], bare: list[Arrival], many: int, size: int) -> Row:
    last, yardstick = [one.last for one in ours], [one.last for one in bare]
    beside = f"{_told(ours)}; bare: {_told(bare)}; {size / 1000:.1f} kB each"
    name = f"push to the last of {many:,} sockets ÷ bare broadcast"
    return Row(name, ratios(last, yardstick), "", 1.5, 1.0, less_is_better=True, beside=beside)


def _told(arrivals: list[Arrival]) -> str:
    first, last = (
        number(1000 * spread([getattr(one, name) for one in arrivals]).median)
        for name in ("first", "last")
    )
    return f"{last} ms, the first {first} ms"


def _wait_row(ours: list[Arrival], quiet: list[Arrival], many: int) -> Row:
    waits = spread([1000 * one.wait for one in ours])
    without = spread([1000 * one.wait for one in quiet])
    beside = f"without a push: {number(without.median)} ms, at most {number(without.most)} ms"
    name = f"longest wait for HTTP while {many:,} sockets are written"
    at_least, aim = (100, 50) if many >= GOAL else (None, None)
    return Row(name, waits, "ms", at_least, aim, less_is_better=True, beside=beside)
