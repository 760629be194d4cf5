"""Load by `wrk`, which asks as browsers do, on connections that are kept."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from tests.bench.processes import cpu_seconds
from tests.bench.served import HOST

SCRIPT = Path(__file__).with_name("requests.lua")
# Enough to keep one process busy; where it is slow, each more of them only waits longer.
CONNECTIONS = 8
HEADERS = {
    "Host": HOST,
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Upgrade-Insecure-Requests": "1",
    "X-Forwarded-Proto": "https",
}


class Ask(NamedTuple):
    """A request: its path, and the cookie of who asks; a stranger has none."""

    path: str
    cookie: str = ""


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


def warm(port: int, asks: Sequence[Ask]) -> None:
    """Asks once, one after the other."""
    for ask in asks:
        request = Request(f"http://127.0.0.1:{port}{ask.path}", headers=HEADERS)
        if ask.cookie:
            request.add_header("Cookie", ask.cookie)
        with urlopen(request, timeout=60):
            pass


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
    if not many:
        sys.exit(f"No answer to {asks[0].path} within {seconds:.0f} s: is the machine too busy?")
    per_second = many / found["seconds"]
    return Load(per_second, found["middle"], found["late"], used / many, found["bytes"] / many)
