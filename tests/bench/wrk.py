"""Load by `wrk`, which asks as browsers do, on connections that are kept."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.asking import HEADERS, Ask
from tests.bench.processes import cpu_seconds

SCRIPT = Path(__file__).with_name("requests.lua")
# Enough to keep one process busy; where it is slow, each more of them only waits longer.
CONNECTIONS = 8
LONGEST_SECONDS = 30.0


class Load(NamedTuple):
    """What came of it: answers per second, the seconds that one took (the median, and the one that
    99 of 100 stay below), the server's CPU seconds for each, and its bytes."""

    per_second: float
    middle: float
    late: float
    cpu: float
    size: float


def must_be_installed(program: str) -> None:
    """Ends with what to install where the program is missing."""
    if shutil.which(program) is None:
        sys.exit(f"`{program}` is missing. On Debian and Ubuntu: apt install {program}")


def load(
    process: int,
    port: int,
    asks: Sequence[Ask],
    seconds: float,
    connections: int = CONNECTIONS,
) -> Load:
    """Asks the server of this process for so long, on so many connections at a time. Ends where an
    answer is an error: what is refused would be quick."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("".join(f"{' '.join(ask).strip()}\n" for ask in asks))
        listed.flush()
        headers = [part for name in HEADERS.items() for part in ("-H", ": ".join(name))]
        settings = ["-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "30s", *headers]
        command = ["wrk", *settings, "-s", str(SCRIPT), f"http://127.0.0.1:{port}", listed.name]
        before = cpu_seconds(process)
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        used = cpu_seconds(process) - before
    found = json.loads(told.strip().splitlines()[-1])
    if found["refused"] or found["broken"]:
        sys.exit(f"Not every answer was right: {asks[0].path} {found}")
    many = found["requests"]
    if not many and seconds < LONGEST_SECONDS:
        # So busy a machine answers nobody in this time.
        return load(process, port, asks, 2 * seconds, connections)
    if not many:
        sys.exit(f"No answer to {asks[0].path} within {seconds:.0f} s.")
    per_second = many / found["seconds"]
    return Load(per_second, found["middle"], found["late"], used / many, found["bytes"] / many)
