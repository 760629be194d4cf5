"""What goes on at the place: people who act, and people who watch."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from random import Random

from tests.chaos.people import talk, vote
from tests.chaos.place import PATIENCE, Breach, Place
from tests.chaos.watchers import Watcher


@asynccontextmanager
async def watching(place: Place) -> AsyncIterator[list[Watcher]]:
    """Pages are open in browsers during the block, all of them connected at its beginning."""
    watchers = list(_watchers(place))
    tasks = [asyncio.create_task(one.stay()) for one in watchers]
    try:
        async with asyncio.timeout(PATIENCE):
            while not all(one.opened for one in watchers):
                _must_go_on(tasks)
                await asyncio.sleep(0.05)
        yield watchers
        _must_go_on(tasks)
    finally:
        await end(tasks)


def _watchers(place: Place) -> Iterator[Watcher]:
    filled = place.filled
    paths = ["/ideas", *(f"/ideas/{idea}" for idea in (*filled.hot, *filled.quiet))]
    readers = list(filled.readers.values())
    for number, path in enumerate(paths):
        # A stranger, and somebody who is signed in.
        for secret in ("", readers[number % len(readers)]):
            yield Watcher(place.url, path, Random(place.chance.random()), secret)


@asynccontextmanager
async def acting(place: Place) -> AsyncIterator[None]:
    """People vote and talk during the block; at its end each finishes what they have begun."""
    ending, filled = asyncio.Event(), place.filled
    voters = [vote(one, filled.hot, ending) for one in place.people(filled.voters)]
    talkers = [talk(one, filled.hot, ending) for one in place.people(filled.talkers)]
    tasks = [asyncio.create_task(one) for one in (*voters, *talkers)]
    try:
        yield
        ending.set()
        _done, late = await asyncio.wait(tasks, timeout=PATIENCE)
        if late:
            raise Breach(f"{len(late)} people are not answered, {PATIENCE:.0f} s after the faults")
        _must_go_on(tasks)
    finally:
        await end(tasks)


def _must_go_on(tasks: list[asyncio.Task[None]]) -> None:
    """Raises what ended one of them."""
    for task in tasks:
        if task.done():
            task.result()


async def end(tasks: list[asyncio.Task[None]]) -> None:
    """Ends them, and returns when they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
