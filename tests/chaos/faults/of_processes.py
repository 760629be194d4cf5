"""Processes of the site are killed, stand still, are renewed, and are stopped."""

import asyncio
import os
import signal
from contextlib import suppress
from random import Random

from tests.chaos.place import Place
from tests.support.started import PATIENCE


async def kill_a_worker(place: Place, chance: Random) -> None:
    """The other one goes on, and the parent starts another."""
    _send(place, chance, signal.SIGKILL)


async def freeze_a_worker(place: Place, chance: Random) -> None:
    """It stands still with all that it has accepted, and goes on."""
    pid = _send(place, chance, signal.SIGSTOP)
    await asyncio.sleep(chance.uniform(0.5, 4))
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def _send(place: Place, chance: Random, number: signal.Signals) -> int:
    # While it is started again there may be none.
    pid = chance.choice(place.site.workers() or [place.site.pid])
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    return pid


async def kill_the_parent(place: Place, _chance: Random) -> None:
    """The processes that serve end by themselves; the service manager starts the command again."""
    starts = place.site.starts
    place.site.send(signal.SIGKILL)
    await _started_again(place, starts)


async def kill_the_whole_site(place: Place, _chance: Random) -> None:
    """All its processes at once."""
    starts = place.site.starts
    place.site.kill_all()
    await _started_again(place, starts)


async def stop_and_start(place: Place, _chance: Random) -> None:
    """In order, as an operator would."""
    starts = place.site.starts
    place.site.send(signal.SIGTERM)
    await _started_again(place, starts)


async def renew(place: Place, _chance: Random) -> None:
    """A rolling restart."""
    await place.site.renew()


async def kill_a_worker_while_renewing(place: Place, chance: Random) -> None:
    """Of the former ones or of the new ones."""
    renewing = asyncio.create_task(place.site.renew())
    await asyncio.sleep(chance.uniform(0.2, 2))
    _send(place, chance, signal.SIGKILL)
    await renewing


async def _started_again(place: Place, starts: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while place.site.starts == starts:
            await asyncio.sleep(0.05)


FAULTS = {
    "a worker is killed": kill_a_worker,
    "a worker stands still": freeze_a_worker,
    "the parent of the workers is killed": kill_the_parent,
    "the whole site is killed": kill_the_whole_site,
    "the site is stopped and started": stop_and_start,
    "a rolling restart": renew,
    "a worker is killed in a rolling restart": kill_a_worker_while_renewing,
}
