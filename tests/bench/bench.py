"""What the sections of a run share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.bench import databases, served
from tests.bench.sizes import USUAL, Size


class Site(NamedTuple):
    """A running IdeaHub: its process, the database's URL and its folder."""

    process: int
    url: str
    var: Path


@dataclass(frozen=True)
class Bench:
    """How thorough a run is: how many rounds there are, and how many seconds each takes its turn.

    `minutes`: for how long people vote without a break, if at all. `sockets`: how many are open.
    `million`: growth is measured to a million ideas, although their database has to be made.
    `plans`: growth names the statements that read more.
    """

    rounds: int = 5
    seconds: float = 3.0
    minutes: float = 0.0
    sockets: int = 10_000
    million: bool = False
    plans: bool = False

    @contextmanager
    def site(self, size: Size = USUAL, port: int = served.PORT) -> Iterator[Site]:
        """A server on the database of this size, started anew."""
        with databases.running(size) as (var, url), served.ideahub(var, port) as process:
            yield Site(process, url, var)
