"""Imports the exports of other platforms: a function for each source."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from ideahub.core.config import Misconfigured
from ideahub.core.db import Database
from ideahub.importing.challenge_gov import import_challenge_gov
from ideahub.importing.polis import import_polis
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress

Source = Callable[[Database, Path, Progress], Awaitable[Report]]
SOURCES: dict[str, Source] = {"challenge-gov": import_challenge_gov, "polis": import_polis}


def source(name: str, agreement: int | None) -> Source:
    """The import of this source; `agreement` (1 or -1) is which number means agreement in the votes
    of a Polis export, and None where that is to be recognised.

    Raises Misconfigured where an agreement is given for a source without votes.
    """
    if agreement is None:
        return SOURCES[name]
    if name != "polis":
        raise Misconfigured("--agreement is for exports of Polis only; leave it out.")
    return partial(import_polis, agreement=agreement)
