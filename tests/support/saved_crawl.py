"""Saves every page of the demo as everyone sees it, and how many queries each takes.

    python -m tests.support.saved_crawl OUT_DIR [--code CHECKOUT] [--roles ROLE,…]
    python -m tests.support.saved_crawl --compare OLD_DIR NEW_DIR [--ignore NAME,…]

The same code gives the same files, to the byte, whenever it is run: clocks stand still.
CHECKOUT is a worktree of another commit (with its assets built): its application is crawled by
this crawler. Whatever is imported of the application is found by name, wherever it is defined.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any

from tests.support.comparing import compare
from tests.support.crawling import Saved, Site, crawl
from tests.support.frozen import freeze_database, frozen
from tests.support.normalising import IGNORED, Rule
from tests.support.visiting import ROLES


def find(name: str) -> Any:
    """The application's function or class of this name; raises LookupError."""
    package = Path(str((spec := find_spec("ideahub")) and spec.origin)).parent
    defined = re.compile(rf"^(async )?(def|class) {name}\b", re.MULTILINE)
    for path in sorted(package.rglob("*.py")):
        if defined.search(path.read_text()):
            parts = path.relative_to(package.parent).with_suffix("").parts
            return getattr(import_module(".".join(parts).removesuffix(".__init__")), name)
    raise LookupError(f"{package} defines no {name}")


@contextmanager
def server() -> Iterator[str]:
    """The address of an empty database: the one that tests use, or an embedded one."""
    if given := os.environ.get("IDEAHUB_TEST_DATABASE_URL"):
        yield given
        return
    with (
        tempfile.TemporaryDirectory() as place,
        find("database")(Path(place) / "data", durable=False) as url,
    ):
        yield url


async def crawl_demo(url: str, var: Path, roles: list[str]) -> Saved:
    """Fills the demo into the empty database, and looks at all of it."""
    database = find("open_database")(url, size=5)
    config = replace(find("read_config")({"IDEAHUB_VAR": str(var)}), demo=True)
    # Made before the clock stands still: the framework reads types from annotations.
    app = find("create_app")(config, database, background=False)
    served = find("guarded")(app, config)
    freeze_database(database.bind.sync_engine)
    with frozen("ideahub"):
        await find("migrate")(database.bind)
        await find("fill_demo")(database)
        site = Site(app, served, config.public_url, database, find("Event"))
        saved = await crawl(site, roles)
    await database.bind.dispose()
    return saved


def save(saved: Saved, out: Path) -> None:
    """Writes the pages, html/ROLE/….html, and the counts, queries.json."""
    for name, text in saved.pages.items():
        path = out / "html" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    counts = json.dumps(dict(sorted(saved.queries.items())), indent=1, ensure_ascii=False)
    (out / "queries.json").write_text(counts + "\n")


def main() -> int:
    """Crawls or compares; 1 where what is compared differs."""
    read = argparse.ArgumentParser(description="Saves all pages of the demo, or compares them.")
    read.add_argument("out", type=Path, nargs="?", help="a folder that is not there yet")
    read.add_argument("--code", type=Path, help="another checkout, whose application to crawl")
    read.add_argument("--roles", default=",".join(ROLES), help="who looks around: all, unless said")
    read.add_argument("--compare", type=Path, nargs=2, metavar=("OLD", "NEW"))
    read.add_argument("--ignore", default="", help=f"all, or some of {','.join(IGNORED)}")
    read.add_argument("--also", action="append", default=[], help="a regular expression to drop")
    read.add_argument("--lines", type=int, default=12, help="how many of a difference are shown")
    asked = read.parse_args()
    if asked.compare:
        names = IGNORED if asked.ignore == "all" else filter(None, asked.ignore.split(","))
        rules = [*(IGNORED[name] for name in names), *(Rule(found, "") for found in asked.also)]
        old, new = asked.compare
        return 0 if compare(old, new, rules, asked.lines) else 1
    if asked.out is None or asked.out.exists():
        read.error("name a folder that is not there yet")
    if asked.code:
        sys.path.insert(0, str(asked.code.resolve()))
    began = monotonic()
    with server() as url, tempfile.TemporaryDirectory() as var:
        saved = asyncio.run(crawl_demo(url, Path(var), asked.roles.split(",")))
    save(saved, asked.out)
    print(f"{len(saved.pages)} pages in {asked.out}, after {monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
