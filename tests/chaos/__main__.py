"""The command: python -m tests.chaos [--faults N] [--seed N]"""

import argparse
import asyncio
import sys
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


async def run(asked: argparse.Namespace) -> Verdict:
    """Half of the faults with announcements by the database, half with those by a bus."""
    ways = (False, True) if found("redis-server") else (False,)
    verdict = Verdict()
    with short_lived_folder() as folder:
        await make_migrated_folder(folder / "made" / "postgres")
        for bus in ways:
            own = folder / ("bus" if bus else "notify")
            copy_data(folder / "made" / "postgres", own / "postgres")
            verdict.add(await shake(own, asked.faults // len(ways), asked.seed, bus=bus))
    return verdict


def main() -> int:
    """Prints each fault with its number, and what did not hold; the exit code is 1 then."""
    asked = options()
    verdict = asyncio.run(run(asked))
    for name, many in sorted(verdict.faults.items()):
        print(f"{many:>5}  {name}")
    print(f"{verdict.faults.total():>5}  faults; {verdict.acknowledged} deeds were acknowledged")
    for sentence in verdict.breaches:
        print(f"DIFFERS  {sentence}")
    print("HOLDS" if not verdict.breaches else "DOES NOT HOLD", end="")
    print(f'; to repeat: make chaos OPTIONS="--faults {asked.faults} --seed {asked.seed}"')
    return 1 if verdict.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
