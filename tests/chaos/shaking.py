"""Brings about so many faults, several beside each other, and compares everything afterwards."""

import asyncio
from collections import Counter
from collections.abc import Iterator
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

    def add(self, other: "Verdict") -> None:
        """Takes over those of another run."""
        self.faults += other.faults
        self.statuses += other.statuses
        self.acknowledged += other.acknowledged
        self.breaches += other.breaches


@dataclass
class Budget:
    """How many faults are still to come."""

    left: int


async def shake(folder: Path, faults: int, seed: int, *, bus: bool) -> Verdict:
    """So many faults at a place of its own, in a folder with a migrated database's `postgres`; the
    same seed brings about the same ones in the same order in each lane."""
    verdict, chance = Verdict(), Random(f"{seed} {bus}")
    async with opened(folder, chance, bus=bus) as place, watching(place) as watchers:
        try:
            async with acting(place):
                await _all(place, faults, verdict)
            verdict.breaches += await differences(place, watchers)
        except Breach as breach:
            verdict.breaches.append(str(breach))
        verdict.statuses += place.memory.statuses
        verdict.acknowledged += place.memory.acknowledged
    return verdict


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
        await lane[name](place, chance)
        verdict.faults[name] += 1
        await place.goes_on(name)
        await asyncio.sleep(chance.uniform(0, 0.5))


def _in_turn(lane: Lane, chance: Random) -> Iterator[str]:
    """Each of them, in an order by chance, again and again."""
    while True:
        yield from chance.sample(sorted(lane), len(lane))
