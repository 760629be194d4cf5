"""The command: python -m tests.chaos.kill_senders [--kills N] [--seed N]"""

import argparse
import asyncio
import logging
import sys
from random import Random

from ideahub.server import embedded
from tests.chaos.killed_senders import Outcome, shake
from tests.support.databases import make_migrated_folder
from tests.support.short_lived import short_lived_folder


async def run(kills: int, seed: int) -> Outcome:
    """Kills so many processes on a database of its own."""
    with short_lived_folder() as folder:
        await make_migrated_folder(folder / "postgres")
        with embedded.database(folder / "postgres", durable=False) as url:
            return await shake(url, kills, Random(seed))


def main() -> int:
    """Prints what was counted; the exit code is 1 where something was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.kill_senders")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    outcome = asyncio.run(run(asked.kills, asked.seed))
    print(f"{asked.kills} kills: {outcome}")
    print("HOLDS" if outcome.holds else "DOES NOT HOLD")
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
