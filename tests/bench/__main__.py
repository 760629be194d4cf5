"""The command: python -m tests.bench [section …]"""

import argparse
import resource
import sys
from collections.abc import Callable, Collection
from dataclasses import fields

from tests.bench import growth, guards, pages, process, sockets, votes, weight
from tests.bench.bench import Bench
from tests.bench.report import Row, as_text

Measure = Callable[[Bench, Collection[str]], list[Row]]
# What is measured together, as it shares what takes long to make.
GROUPS: dict[tuple[str, ...], Measure] = {
    ("pages",): pages.measure,
    ("growth",): growth.measure,
    ("votes",): votes.measure,
    sockets.SECTIONS: sockets.measure,
    ("guards",): guards.measure,
    ("weight",): weight.measure,
    process.SECTIONS: process.measure,
}
NAMES = [name for names in GROUPS for name in names]


def options() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(NAMES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of each turn in a round")
    parser.add_argument("--minutes", type=float, default=0, help="of votes without a break")
    parser.add_argument("--sockets", type=int, default=10_000, help="that are open")
    parser.add_argument("--million", action="store_true", help="make that database for growth, too")
    parser.add_argument("--plans", action="store_true", help="name the statements that grow")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(NAMES):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    return asked


def main() -> int:
    """Measures the sections that are named, or all, and prints the table."""
    asked = options()
    wanted = {field.name: getattr(asked, field.name) for field in fields(Bench)}
    bench = Bench(**wanted)
    # A server with ten thousand sockets has as many files open.
    _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    rows: list[Row] = []
    for names, measure in GROUPS.items():
        if chosen := [name for name in names if name in (asked.sections or NAMES)]:
            print(f"{', '.join(chosen)} …", file=sys.stderr, flush=True)
            rows += measure(bench, chosen)
    print(as_text(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
