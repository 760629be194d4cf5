"""The databases that are measured: made once, and kept between runs."""

import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ideahub.core.config import MIGRATIONS
from ideahub.server import embedded
from tests.bench.filling import fill
from tests.bench.sizes import Size
from tests.support.databases import make_migrated_folder

# To be raised with each change of what is filled in.
VERSION = 1
FOLDER = Path(os.environ.get("IDEAHUB_BENCH_VAR", "var/bench")).resolve()


@contextmanager
def running(size: Size) -> Iterator[tuple[Path, str]]:
    """Runs the PostgreSQL server of a database of that size, which is made if there is none or
    another version of one; yields the folder for IDEAHUB_VAR, and the URL for asyncpg."""
    var = FOLDER / str(size.ideas)
    mark = var / "made.json"
    made = {"version": VERSION, "migration": _newest_migration(), **size._asdict()}
    if not mark.exists() or json.loads(mark.read_text()) != made:
        _make(var, size)
        mark.write_text(json.dumps(made))
    with embedded.database(var / "postgres") as url:
        yield var, plain(url)


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


def _newest_migration() -> str:
    return max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
