"""The command: python -m tests.bench [section …]"""

import argparse
import resource
import sys
from dataclasses import fields
from typing import Any

from tests.bench import (
    document,
    growth,
    guards,
    judging,
    pages,
    process,
    profile,
    signing_in,
    sockets,
    telling,
    votes,
    weight,
)
from tests.bench.bench import Bench
from tests.bench.report import Row, as_text

# What is measured together, as it shares what takes long to make.
GROUPS: dict[tuple[str, ...], Any] = {
    ("pages",): pages,
    ("profile",): profile,
    ("growth",): growth,
    ("votes",): votes,
    sockets.SECTIONS: sockets,
    ("telling",): telling,
    ("guards",): guards,
    ("weight",): weight,
    ("signing-in",): signing_in,
    ("judging",): judging,
    process.SECTIONS: process,
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
    parser.add_argument("--write", action="store_true", help="into docs/performance.md")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(NAMES):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    return asked


def main() -> int:
    """Measures the sections that are named and prints the table; where none is named, all, and
    writes docs/performance.md. With --write those that are named take their old place there."""
    asked = options()
    wanted = {field.name: getattr(asked, field.name) for field in fields(Bench)}
    # A server with ten thousand sockets has as many files open.
    _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    found: dict[str, tuple[str, list[Row]]] = {}
    for names, module in GROUPS.items():
        if chosen := [name for name in names if name in (asked.sections or NAMES)]:
            heading = ", ".join(chosen)
            print(f"{heading} …", file=sys.stderr, flush=True)
            found[heading] = module.__doc__ or "", module.measure(Bench(**wanted), chosen)
            if asked.write or not asked.sections:
                # Each time, so that nothing is lost where a later section ends the run.
                command = " ".join(["make bench", *sys.argv[1:]])
                document.write(found, command, whole=not asked.sections)
    print(as_text([row for _about, rows in found.values() for row in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
