"""Sockets: what an idle one takes, how soon the last one has a push, and how all come back.

All sections of this file share one crowd of open sockets, as opening it takes longest. A push is
what a vote sends to the open pages of its idea. It is timed from the answer to the vote (it is
committed then) until the last socket has all of it, without the time for which the hub waits on
purpose, so that what happens together is sent together. Beside it: `websockets` alone, which
broadcasts the same text to as many sockets. `wait` is the longest that /healthz took meanwhile.
"""

import asyncio
import http.client
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import asyncpg

from ideahub.realtime.hub import MERGE_SECONDS
from tests.bench import served
from tests.bench.asking import HOST
from tests.bench.ballots import put_ideas, remove_ideas
from tests.bench.bench import Bench, Site
from tests.bench.crowd import Broadcaster, Crowd, broadcaster, crowd
from tests.bench.people import sign_in
from tests.bench.processes import memory_bytes
from tests.bench.report import Row, number
from tests.bench.rounds import in_rounds, ratios, spread
from tests.bench.voters import PRESSED

SECTIONS = ("sockets", "push", "wait", "storm")
FEW, GOAL = 1_000, 10_000
CURSOR = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
PROBE_SECONDS = 0.005


class Arrival(NamedTuple):
    """Seconds until the last socket had a push, and the longest that a request took meanwhile."""

    last: float
    wait: float = 0.0


class Stage(NamedTuple):
    """What takes part: the site and its crowd, the bare server and its crowd, an idea, voters."""

    site: Site
    crowd: Crowd
    bare: Broadcaster
    bare_crowd: Crowd
    idea: int
    cookies: list[str]


def measure(bench: Bench, chosen: Collection[str]) -> list[Row]:
    """The rows of those of SECTIONS that are chosen."""
    with _stage(bench) as stage:
        small, many = min(FEW, bench.sockets // 2), bench.sockets
        stage.crowd.open(_path(stage), small)
        before, rows = memory_bytes(stage.site.process), []
        if "push" in chosen:
            stage.bare_crowd.open("/", small)
            rows += _pushes(bench, stage, small, chosen={"push"})
        stage.crowd.open(_path(stage), many)
        used = (memory_bytes(stage.site.process) - before) / max(many - small, 1)
        if "sockets" in chosen:
            rows.append(_memory_row(used, many))
        if {"push", "wait"} & set(chosen):
            stage.bare_crowd.open("/", many)
            rows += _pushes(bench, stage, many, chosen=chosen)
        if "storm" in chosen:
            rows.append(_storm(stage, many))
    return rows


@contextmanager
def _stage(bench: Bench) -> Iterator[Stage]:
    port = served.PORT + 2
    with ExitStack() as stack:
        site = stack.enter_context(bench.site())
        cookies = asyncio.run(sign_in(site.url, 4 * bench.rounds + 2))
        idea = asyncio.run(put_ideas(site.url, 1))
        stack.callback(lambda: asyncio.run(remove_ideas(site.url)))
        ours = stack.enter_context(crowd(served.PORT))
        bare = stack.enter_context(broadcaster(port))
        theirs = stack.enter_context(crowd(port, first=100))
        yield Stage(site, ours, bare, theirs, idea, cookies)


def _path(stage: Stage) -> str:
    """The address of the socket on a page that was rendered just now, so that it missed nothing."""
    return f"/live?cursor={asyncio.run(_cursor(stage.site.url))}&language=en&room=idea:{stage.idea}"


async def _cursor(url: str) -> int:
    db = await asyncpg.connect(url)
    found = int(await db.fetchval(CURSOR))
    await db.close()
    return found


def _pushes(bench: Bench, stage: Stage, many: int, chosen: Collection[str]) -> list[Row]:
    text = _push(stage).text  # also compiles the templates

    def bare(_round: int) -> Arrival:
        began = stage.bare.send(text)
        return Arrival(stage.bare_crowd.heard().last - began)

    def ours(_round: int) -> Arrival:
        with _probing() as waits:
            push = _push(stage)
        return Arrival(push.seconds - MERGE_SECONDS, max(waits, default=0.0))

    def quiet(_round: int) -> Arrival:
        with _probing() as waits:
            time.sleep(0.5)
        return Arrival(0.0, max(waits, default=0.0))

    found = in_rounds(2 * bench.rounds, {"bare": bare, "IdeaHub": ours, "no push": quiet})
    rows = [_push_row(found["IdeaHub"], found["bare"], many, len(text))]
    waits = [_wait_row(found["IdeaHub"], found["no push"], many)]
    return [*(rows if "push" in chosen else ()), *(waits if "wait" in chosen else ())]


class _Push(NamedTuple):
    seconds: float
    text: str


def _push(stage: Stage) -> _Push:
    """Somebody votes who has not; how long the last socket then waits."""
    cookie = stage.cookies.pop()
    asking = http.client.HTTPConnection("127.0.0.1", served.PORT)
    path = f"/ideas/{stage.idea}/vote"
    asking.request("POST", path, headers=PRESSED | {"Cookie": cookie})
    assert asking.getresponse().status == 200
    answered = time.monotonic()
    heard = stage.crowd.heard()
    return _Push(heard.last - answered, heard.text)


@contextmanager
def _probing() -> Iterator[list[float]]:
    """Asks for /healthz again and again meanwhile; the seconds that each took."""
    waits: list[float] = []
    over = threading.Event()

    def probe() -> None:
        asking = http.client.HTTPConnection("127.0.0.1", served.PORT)
        while not over.wait(PROBE_SECONDS):
            began = time.monotonic()
            asking.request("GET", "/healthz", headers={"Host": HOST})
            asking.getresponse().read()
            waits.append(time.monotonic() - began)

    running = threading.Thread(target=probe)
    running.start()
    try:
        yield waits
    finally:
        over.set()
        running.join()


def _memory_row(used: float, many: int) -> Row:
    return Row(
        f"memory of an idle socket, of {many:,}", spread([used / 1000]), "kB", 26, 16,
        less_is_better=True,
    )  # fmt: skip


def _push_row(ours: list[Arrival], bare: list[Arrival], many: int, size: int) -> Row:
    last, yardstick = [one.last for one in ours], [one.last for one in bare]
    beside = (
        f"{number(1000 * spread(last).median)} ms; "
        f"bare: {number(1000 * spread(yardstick).median)} ms; {size / 1000:.1f} kB each"
    )
    name = f"push to the last of {many:,} sockets ÷ bare broadcast"
    return Row(name, ratios(last, yardstick), "", 1.5, 1.0, less_is_better=True, beside=beside)


def _wait_row(ours: list[Arrival], quiet: list[Arrival], many: int) -> Row:
    waits = spread([1000 * one.wait for one in ours])
    without = spread([1000 * one.wait for one in quiet])
    beside = f"without a push: {number(without.median)} ms, at most {number(without.most)} ms"
    name = f"longest wait for HTTP while {many:,} sockets are written"
    return Row(name, waits, "ms", *_of_all(many, 100, 50), less_is_better=True, beside=beside)


def _storm(stage: Stage, many: int) -> Row:
    path, began = _path(stage), time.monotonic()
    opened = stage.crowd.open_again(path)
    seconds = spread([opened.last - began])
    beside = f"{opened.errors} answers 5xx, {opened.again} tried again"
    name = f"{many:,} sockets come back at once"
    return Row(name, seconds, "s", *_of_all(many, 60, 15), less_is_better=True, beside=beside)


def _of_all(many: int, at_least: float, aim: float) -> tuple[float | None, float | None]:
    """The goals, which are about ten thousand sockets: fewer do not reach them."""
    return (at_least, aim) if many >= GOAL else (None, None)
