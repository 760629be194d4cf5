"""Redis is killed and started again, and stands still."""

import asyncio
import signal
from random import Random

from tests.chaos.place import Place


async def kill_the_bus(place: Place, chance: Random) -> None:
    """It knows nothing when it comes back."""
    assert place.bus
    await place.bus.stop()
    await asyncio.sleep(chance.uniform(0.2, 3))
    await place.bus.start()


async def freeze_the_bus(place: Place, chance: Random) -> None:
    """It accepts connections and answers nothing."""
    assert place.bus
    place.bus.send(signal.SIGSTOP)
    await asyncio.sleep(chance.uniform(0.5, 4))
    place.bus.send(signal.SIGCONT)


FAULTS = {"the bus is killed": kill_the_bus, "the bus stands still": freeze_the_bus}
