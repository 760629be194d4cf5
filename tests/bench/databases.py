"""The databases that are measured: made once, and kept between runs."""

import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ideahub.server import embedded
from tests.bench.filling import fill
from tests.bench.sizes import Size
from tests.support.databases import make_migrated_folder, migrate_database

MARK = "made.json"
# To be raised with each change of what is filled in.
VERSION = 2
FOLDER = Path(os.environ.get("IDEAHUB_BENCH_VAR", "var/bench")).resolve()


@contextmanager
def running(size: Size) -> Iterator[tuple[Path, str]]:
    """Runs the PostgreSQL server of a database of that size, which is made if there is none or
    another version of one; yields the folder for IDEAHUB_VAR, and the URL for asyncpg."""
    var = FOLDER / str(size.ideas)
    if not is_made(size):
        _make(var, size)
        (var / MARK).write_text(json.dumps(_marked(size)))
    with embedded.database(var / "postgres") as url:
        # Here, as it may take longer than one waits for a server to start.
        asyncio.run(migrate_database(url))
        yield var, plain(url)


def is_made(size: Size) -> bool:
    """Whether there is a database of that size, as it would be made now."""
    mark = FOLDER / str(size.ideas) / MARK
    return mark.exists() and json.loads(mark.read_text()) == _marked(size)


def _marked(size: Size) -> dict[str, Any]:
    return {"version": VERSION, **size._asdict()}


def _make(var: Path, size: Size) -> None:
    print(f"Filling a database with {size.ideas:,} ideas in {var} …", flush=True)
    shutil.rmtree(var, ignore_errors=True)
    asyncio.run(make_migrated_folder(var / "postgres"))
    # Not durable, as it is made anew where this is interrupted.
    with embedded.database(var / "postgres", durable=False) as url:
        asyncio.run(fill(plain(url).replace("//ideahub@", "//postgres@"), size))


def plain(url: str) -> str:
    """SQLAlchemy's URL as asyncpg and pgbench want it."""
    return url.replace("+asyncpg", "")
