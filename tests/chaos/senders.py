"""Processes that tell people, make digests and send mail, until they are killed.

Each says in shared memory what it is just doing, so that it can be killed in the midst of that, and
so that one knows afterwards where it died.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, MutableSequence, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from enum import IntEnum
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import uvloop

import ideahub.features  # noqa: F401  all tables
from ideahub.core import outbox
from ideahub.core.config import read_config
from ideahub.core.db import Database, open_database
from ideahub.core.mailing import Mailer
from ideahub.core.site import Site
from ideahub.http.mail_layout import mailer_of
from ideahub.notifications import digests, telling

PROCESSES = 3
PATIENCE_SECONDS, WARM_SECONDS = 60.0, 8.0


class Midst(IntEnum):
    """What a process is in the midst of."""

    TELLING = 0
    DIGEST = 1
    HANDING_OVER = 2
    # The mail server has taken a mail, and that is not noted yet.
    NOTING = 3


# After these in the shared memory: whether it has begun.
BEGUN = len(Midst)
Doing = MutableSequence[int]


@asynccontextmanager
async def _during(doing: Doing, midst: Midst) -> AsyncIterator[None]:
    doing[midst] = 1
    try:
        yield
    finally:
        doing[midst] = 0


def _watched(doing: Doing, midst: Midst, function: Callable[..., Awaitable[Any]]) -> Any:
    """The function, which says while it runs what the process is in the midst of."""

    async def watched(*values: Any, **named: Any) -> Any:
        async with _during(doing, midst):
            return await function(*values, **named)

    return watched


def _watch(doing: Doing) -> None:
    telling._tell_of = _watched(doing, Midst.TELLING, telling._tell_of)
    digests._send = _watched(doing, Midst.DIGEST, digests._send)
    hand_over: Any = Mailer._hand_over
    send: Any = outbox._send

    async def watched_hand_over(*values: Any) -> None:
        async with _during(doing, Midst.HANDING_OVER):
            await hand_over(*values)
        doing[Midst.NOTING] = 1

    async def watched_send(*values: Any) -> Any:
        try:
            return await send(*values)
        finally:
            doing[Midst.NOTING] = 0

    setattr(Mailer, "_hand_over", watched_hand_over)  # noqa: B010
    setattr(outbox, "_send", watched_send)  # noqa: B010


async def _work(database: Database, mailer: Mailer, doing: Doing) -> None:
    doing[BEGUN] = 1
    await asyncio.gather(
        telling.run_telling(database),
        digests.run_digests(database),
        outbox.run_outbox(database, mailer),
    )


def nurse(url: str, port: int, all_doing: Sequence[Doing], asks: Connection) -> None:
    """Works for a moment of what waits, so that all is loaded and compiled; then makes for each
    place it is asked for a process that works there, after the one that was there has died. To
    start one anew each time would take most of what the machine can do."""
    # Mail of a dead process is taken by another one after seconds instead of minutes.
    outbox.HELD, outbox.LATEST_SECONDS, outbox.EVERY_SECONDS = timedelta(seconds=3), 1.0, 0.05
    outbox.AT_ONCE = 4
    telling.EVERY_SECONDS = digests.EVERY_SECONDS = 0.05
    settings = {"IDEAHUB_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=no"}
    mailer = mailer_of(replace(read_config(settings), mails_per_minute=60_000))
    database = open_database(url, size=4)
    database.serve(Site("https://ideas.lindenau"))
    uvloop.run(_warm(database, mailer))
    running: dict[int, int] = {}
    while (place := asks.recv()) is not None:
        if place in running:
            os.waitpid(running[place], 0)
        doing = all_doing[place]
        doing[:] = [0] * len(doing)
        running[place] = os.fork()
        if running[place] == 0:
            _watch(doing)
            uvloop.run(_work(database, mailer, doing))
        asks.send(running[place])


async def _warm(database: Database, mailer: Mailer) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(WARM_SECONDS):
            await _work(database, mailer, [0] * (BEGUN + 1))
    # Its connections are its own.
    await database.bind.dispose()  # type: ignore[union-attr]


class Workers:
    """The processes; one that is killed is replaced."""

    def __init__(self, url: str, port: int) -> None:
        context = get_context("spawn")
        self._doing: list[Doing] = [
            context.Array("i", BEGUN + 1, lock=False) for _place in range(PROCESSES)
        ]
        self._asks, theirs = context.Pipe()
        self._nurse = context.Process(target=nurse, args=(url, port, self._doing, theirs))
        self._nurse.start()
        self._pids: list[int] = []

    async def begin(self) -> None:
        """Starts them."""
        self._pids = [await self._start(place) for place in range(PROCESSES)]

    async def _start(self, place: int) -> int:
        self._asks.send(place)
        found: int = await asyncio.to_thread(self._asks.recv)
        return found

    async def all_begun(self) -> None:
        """Waits until each of them has begun: else those that have would be killed too soon to do
        anything."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(doing[BEGUN] for doing in self._doing):
                await asyncio.sleep(0.002)

    def in_the_midst_of(self, midst: Midst) -> int | None:
        """The place of one that is doing this just now."""
        return next((at for at, doing in enumerate(self._doing) if doing[midst]), None)

    async def kill(self, place: int) -> list[Midst]:
        """Kills one of them, and starts another; returns what it was in the midst of."""
        os.kill(self._pids[place], signal.SIGKILL)
        died_in = [midst for midst in Midst if self._doing[place][midst]]
        self._pids[place] = await self._start(place)
        return died_in

    def end(self) -> None:
        """Ends all of them."""
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)
        self._asks.send(None)
        self._nurse.join()
