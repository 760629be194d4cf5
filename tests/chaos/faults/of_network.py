"""Networks are cut, held up, slow, and lose connections: between people and the site, and between
the site and its database."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from tests.chaos.place import Place
from tests.chaos.relay import Relay

# Connections that were lost are cut in the end, as systems and networks do.
LOST_SECONDS = 8.0
Trouble = Callable[[Relay, Random], Awaitable[None]]


async def cut(relay: Relay, chance: Random) -> None:
    """All connections are reset, and for a moment there are no new ones."""
    relay.refuses = True
    relay.cut()
    await asyncio.sleep(chance.uniform(0, 1.5))
    relay.refuses = False


async def hold_up(relay: Relay, chance: Random) -> None:
    """Everything comes late."""
    relay.hold()
    await asyncio.sleep(chance.uniform(0.3, 3))
    relay.go_on()


async def hold_up_and_cut(relay: Relay, chance: Random) -> None:
    """What was on its way does not arrive, and that is known only later."""
    relay.hold()
    await asyncio.sleep(chance.uniform(0.3, 3))
    relay.cut()
    relay.go_on()


async def slow_down(relay: Relay, chance: Random) -> None:
    """Each piece takes longer."""
    relay.delay = chance.uniform(0.02, 0.15)
    await asyncio.sleep(chance.uniform(0.5, 3))
    relay.delay = 0.0


async def lose(relay: Relay, chance: Random) -> None:
    """Neither end is told, as where a machine or a router has vanished."""
    lost = relay.lose()
    await asyncio.sleep(chance.uniform(1, LOST_SECONDS))
    for link in lost:
        link.cut()


def _between_people_and_site(trouble: Trouble) -> Callable[[Place, Random], Awaitable[None]]:
    return lambda place, chance: trouble(place.outer, chance)


def _between_site_and_database(trouble: Trouble) -> Callable[[Place, Random], Awaitable[None]]:
    return lambda place, chance: trouble(place.inner, chance)


TROUBLES: dict[str, Trouble] = {
    "cut": cut,
    "held up": hold_up,
    "held up, then cut": hold_up_and_cut,
    "slow": slow_down,
    "lost without a word": lose,
}
FAULTS = {
    **{
        f"people's connections are {words}": _between_people_and_site(trouble)
        for words, trouble in TROUBLES.items()
    },
    **{
        f"the database's connections are {words}": _between_site_and_database(trouble)
        for words, trouble in TROUBLES.items()
    },
}
