"""The command: python -m tests.bench [section …]"""

import argparse
import sys
from collections.abc import Callable

from tests.bench import pages, votes
from tests.bench.bench import Bench
from tests.bench.report import Row, as_text

SECTIONS: dict[str, Callable[[Bench], list[Row]]] = {
    "pages": pages.measure,
    "votes": votes.measure,
}


def main() -> int:
    """Measures the sections that are named, or all, and prints the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of each turn in a round")
    parser.add_argument("--minutes", type=float, default=0, help="of votes without a break")
    options = parser.parse_args()
    if unknown := set(options.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    bench = Bench(options.rounds, options.seconds, options.minutes)
    rows: list[Row] = []
    for name in options.sections or SECTIONS:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += SECTIONS[name](bench)
    print(as_text(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
