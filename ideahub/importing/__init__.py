"""Imports the exports of other platforms: a function for each source."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from ideahub.core.db import Database
from ideahub.importing.challenge_gov import import_challenge_gov
from ideahub.importing.polis import import_polis
from ideahub.importing.report import Report
from ideahub.importing.storing import Progress

Source = Callable[[Database, Path, Progress], Awaitable[Report]]
SOURCES: dict[str, Source] = {"challenge-gov": import_challenge_gov, "polis": import_polis}
