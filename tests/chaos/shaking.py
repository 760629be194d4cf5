"""Brings about so many faults, several beside each other, and compares everything afterwards."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.chaos.comparing import differences
from tests.chaos.faults import Lane, lanes
from tests.chaos.life import acting, end, watching
from tests.chaos.place import Breach, Place, opened


@dataclass
class Verdict:
    """What was done, and what did not hold."""

    faults: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: int = 0
    breaches: list[str] = field(default_factory=list)
    # Is told of each fault before it is brought about.
    tell: Callable[[str], None] = lambda _fault: None


@dataclass
class Budget:
    """How many faults are still to come."""

    left: int


async def shake(folder: Path, faults: int, seed: int, verdict: Verdict, *, bus: bool) -> None:
    """Adds to the verdict so many faults at a place of its own, in a folder with a migrated
    database's `postgres`; the same seed brings about the same ones in the same order in each
    lane."""
    chance = Random(f"{seed} {bus}")
    async with opened(folder, chance, bus=bus) as place, watching(place) as watchers:
        try:
            async with acting(place):
                await _all(place, faults, verdict)
            verdict.breaches += await differences(place, watchers)
        except Breach as breach:
            verdict.breaches.append(str(breach))
        verdict.statuses += place.memory.statuses
        verdict.acknowledged += place.memory.acknowledged


async def _all(place: Place, faults: int, verdict: Verdict) -> None:
    budget = Budget(faults)
    await place.goes_on("none yet")
    tasks = [
        asyncio.create_task(
            _one_by_one(place, lane, Random(place.chance.random()), budget, verdict)
        )
        for lane in lanes(place)
    ]
    try:
        await asyncio.gather(*tasks)
    finally:
        await end(tasks)


async def _one_by_one(
    place: Place, lane: Lane, chance: Random, budget: Budget, verdict: Verdict
) -> None:
    for name in _in_turn(lane, chance):
        if budget.left <= 0:
            return
        budget.left -= 1
        verdict.tell(name)
        try:
            await lane[name](place, chance)
        except TimeoutError:
            raise Breach(f"this does not come to an end: {name}") from None
        verdict.faults[name] += 1
        await place.goes_on(name)
        await asyncio.sleep(chance.uniform(0, 0.5))


def _in_turn(lane: Lane, chance: Random) -> Iterator[str]:
    """Each of them, in an order by chance, again and again."""
    while True:
        yield from chance.sample(sorted(lane), len(lane))
