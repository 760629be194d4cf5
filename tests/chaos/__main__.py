"""The command: python -m tests.chaos [--faults N] [--seed N]"""

import argparse
import asyncio
import sys
import time
from random import SystemRandom

from tests.chaos.shaking import Verdict, shake
from tests.support.databases import make_migrated_folder
from tests.support.programs import found
from tests.support.short_lived import copy_data, short_lived_folder


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10_000))
    return parser.parse_args()


async def run(asked: argparse.Namespace, verdict: Verdict) -> None:
    """Half of the faults with announcements by the database, half with those by a bus, where there
    is one to be started."""
    ways = (False, True) if found("redis-server") else (False,)
    with short_lived_folder() as folder:
        await make_migrated_folder(folder / "made" / "postgres")
        for bus in ways:
            own = folder / ("bus" if bus else "notify")
            copy_data(folder / "made" / "postgres", own / "postgres")
            await shake(own, asked.faults // len(ways), asked.seed, verdict, bus=bus)


def main() -> int:
    """Prints each fault with its number, and what did not hold; the exit code is 1 then."""
    asked, began = options(), time.monotonic()

    def tell(fault: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {fault}", file=sys.stderr, flush=True)

    verdict = Verdict(tell=tell)
    asyncio.run(run(asked, verdict))
    for name, many in sorted(verdict.faults.items()):
        print(f"{many:>5}  {name}")
    print(f"{verdict.faults.total():>5}  faults in {time.monotonic() - began:.0f} s")
    print(
        f"{verdict.acknowledged:>5}  deeds were acknowledged, of {verdict.statuses.total()} tries"
    )
    for sentence in verdict.breaches:
        print(f"DIFFERS  {sentence}")
    print("HOLDS" if not verdict.breaches else "DOES NOT HOLD", end="")
    print(f'; to repeat: make chaos OPTIONS="--faults {asked.faults} --seed {asked.seed}"')
    return 1 if verdict.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
