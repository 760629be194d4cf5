"""Processes that tell people, make digests and send mail, until they are killed.

Each says in shared memory what it is just doing, so that it can be killed in the midst of that, and
so that one knows afterwards where it died.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableSequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from enum import IntEnum
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

import uvloop

import ideahub.features  # noqa: F401  all tables
from ideahub.core import outbox
from ideahub.core.config import read_config
from ideahub.core.db import open_database
from ideahub.core.mailing import Mailer
from ideahub.core.site import Site
from ideahub.http.mail_layout import mailer_of
from ideahub.notifications import digests, telling

PROCESSES = 3
PATIENCE_SECONDS = 60.0


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


def work(url: str, port: int, doing: Doing) -> None:
    """What each process does until it is killed."""
    # Mail of a dead process is taken by another one after seconds instead of minutes.
    outbox.HELD, outbox.LATEST_SECONDS, outbox.EVERY_SECONDS = timedelta(seconds=3), 1.0, 0.05
    telling.EVERY_SECONDS = digests.EVERY_SECONDS = 0.05
    _watch(doing)

    async def run() -> None:
        settings = {"IDEAHUB_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=no"}
        config = replace(read_config(settings), mails_per_minute=60_000)
        database = open_database(url, size=4)
        database.serve(Site("https://ideas.lindenau"))
        doing[BEGUN] = 1
        await asyncio.gather(
            telling.run_telling(database),
            digests.run_digests(database),
            outbox.run_outbox(database, mailer_of(config)),
        )

    uvloop.run(run())


class Workers:
    """The processes; one that is killed is replaced."""

    def __init__(self, url: str, port: int) -> None:
        self._context: ForkServerContext = get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._of = url, port
        self._running = [self._start() for _number in range(PROCESSES)]

    def _start(self) -> tuple[ForkServerProcess, Doing]:
        doing: Doing = self._context.Array("i", BEGUN + 1, lock=False)
        process = self._context.Process(target=work, args=(*self._of, doing), daemon=True)
        process.start()
        return process, doing

    async def all_begun(self) -> None:
        """Waits until each of them has begun: else those that have would be killed too soon to do
        anything."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(doing[BEGUN] for _one, doing in self._running):
                await asyncio.sleep(0.005)

    def in_the_midst_of(self, midst: Midst) -> int | None:
        """The place of one that is doing this just now."""
        return next((at for at, (_one, doing) in enumerate(self._running) if doing[midst]), None)

    async def kill(self, place: int) -> list[Midst]:
        """Kills one of them, and starts another; returns what it was in the midst of."""
        doing = await self._end(place)
        self._running[place] = self._start()
        return [midst for midst in Midst if doing[midst]]

    async def end(self) -> None:
        """Ends all of them."""
        for place in range(PROCESSES):
            await self._end(place)

    async def _end(self, place: int) -> Doing:
        process, doing = self._running[place]
        process.kill()
        await asyncio.to_thread(process.join)
        return doing
