"""The command line: run | demo | migrate | import | create-admin | bounces | check."""

import argparse
import asyncio
import gc
import getpass
import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ideahub import __version__
from ideahub.core.config import (
    MOST_WORKERS,
    Config,
    Misconfigured,
    must_be_safe_to_serve,
    read_config,
)
from ideahub.server.choosing_database import database_starting, database_url
from ideahub.server.embedded import NoServer
from ideahub.server.failing import in_sentences

if TYPE_CHECKING:
    from ideahub.core.db import Database

    Work = Callable[[Database], Coroutine[Any, Any, int]]


def with_database(config: Config, work: "Work") -> int:
    """Migrates the database and runs `work` on it; returns the exit code that `work` returns."""
    from ideahub.server.working import work_on

    with database_url(config) as url:
        return asyncio.run(work_on(url, work))


def run(config: Config, arguments: argparse.Namespace) -> int:
    """Serves until Ctrl-C."""
    if arguments.workers is not None:
        config = replace(config, workers=arguments.workers)
    if config.workers > 1:
        with loading():
            from ideahub.server.workers import supervise
        return supervise(config)
    with database_starting(config) as url:
        with loading():
            from ideahub.server.serving import serve
        return serve(config, url)


@contextmanager
def loading() -> Iterator[None]:
    """All modules that are loaded in the block stay, and take most of the time of a start: to look
    through them for what could be given back would take a seventh more, so that is never done."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def run_migrate(config: Config, arguments: argparse.Namespace) -> int:
    """Brings the schema up to date."""

    async def work(database: "Database") -> int:
        print("The database is up to date.")
        return 0

    return with_database(config, work)


def run_demo(config: Config, arguments: argparse.Namespace) -> int:
    """Fills the demo into an empty database."""
    from ideahub.core.site import Site
    from ideahub.core.site_keys import SiteKeys
    from ideahub.demo.filling import fill_demo

    must_be_safe_to_serve(config)

    async def work(database: "Database") -> int:
        site = Site(config.public_url, config.language, config.timezone)
        database.serve(site, SiteKeys(config))
        filled = await fill_demo(database)
        print("The demo is ready." if filled else "There is something in here already: no demo.")
        return 0

    return with_database(config, work)


def run_import(config: Config, arguments: argparse.Namespace) -> int:
    """Imports from another platform's files."""
    from ideahub.importing.progress import bar
    from ideahub.importing.sources import source

    read = source(arguments.source, arguments.agreement)

    async def work(database: "Database") -> int:
        with bar(arguments.source, quiet=arguments.json) as progress:
            report = await read(database, arguments.path, progress)
        print(json.dumps(report.as_json()) if arguments.json else report.as_text())
        return 1 if report.failed else 0

    return with_database(config, work)


def run_files(config: Config, arguments: argparse.Namespace) -> int:
    """Moves large files into the storage, or back into the database."""
    # All tables have to be known, to find those with files.
    import ideahub.features  # noqa: F401
    from ideahub.core.files.storing import move_to_database, move_to_storage
    from ideahub.core.object_storage import ObjectStorage

    if not config.files_url:
        raise Misconfigured("IDEAHUB_FILES_URL has to name the storage")
    store = ObjectStorage(config.files_url)

    async def work(database: "Database") -> int:
        database.keep_files_in(store)
        to_storage = arguments.to == "storage"
        move = move_to_storage(database) if to_storage else move_to_database(database, store)
        print(f"{await move} files were moved to the {arguments.to}.")
        return 0

    return with_database(config, work)


def run_create_admin(config: Config, arguments: argparse.Namespace) -> int:
    """Makes a person with this address an admin of the whole site."""
    from ideahub.accounts.creating_admin import create_admin

    password = os.environ.get("IDEAHUB_PASSWORD") or (
        getpass.getpass("Password (at least 15 characters; empty: by e-mail code): ")
        if sys.stdin.isatty()
        else ""
    )

    async def work(database: "Database") -> int:
        async with database.transaction() as db:
            await create_admin(db, arguments.email, arguments.name, password or None)
        print(f"{arguments.email} is an admin.")
        return 0

    return with_database(config, work)


def run_bounces(config: Config, arguments: argparse.Namespace) -> int:
    """Reads a mail that came back, from standard input."""
    from ideahub.core.bounces import MOST_BYTES, note_bounce
    from ideahub.core.site_keys import SiteKeys

    sent, keys = sys.stdin.buffer.read(MOST_BYTES), SiteKeys(config)
    recipient = arguments.recipient or os.environ.get("ORIGINAL_RECIPIENT", "")

    async def work(database: "Database") -> int:
        async with database.transaction() as db:
            address = await note_bounce(db, keys, sent, recipient)
        print(f"{address} gets no more mail." if address else "Nothing follows from it.")
        return 0

    return with_database(config, work)


def run_check(config: Config, arguments: argparse.Namespace) -> int:
    """Says what is right and what is wrong with this installation."""
    from ideahub.server.checking import check

    try:
        with database_url(config) as url:
            return asyncio.run(check(config, url, mending=arguments.mend))
    except NoServer as problem:
        print(f"wrong  database: {problem}")
        return 1


def parser() -> argparse.ArgumentParser:
    """The parser of the command line; a function's docstring is the help text of its command."""
    top = argparse.ArgumentParser(prog="ideahub", description=__doc__)
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(required=True, metavar="command")

    def command(name: str, work: Callable[..., int], **options: Any) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=(work.__doc__ or "").split("\n")[0], **options)
        added.set_defaults(work=work)
        return added

    command("run", run).add_argument(
        "--workers",
        type=int,
        choices=range(1, MOST_WORKERS + 1),
        metavar="N",
        help="processes that serve together (else IDEAHUB_WORKERS, else 1)",
    )
    command("demo", run_demo)
    command("migrate", run_migrate)
    _take_imports(command("import", run_import))
    command("files", run_files).add_argument("to", choices=["storage", "database"])
    admin = command("create-admin", run_create_admin)
    admin.add_argument("email")
    admin.add_argument("--name", default="Admin")
    command("bounces", run_bounces).add_argument(
        "--recipient", default="", help="the address that it came back to (else in its headers)"
    )
    command("check", run_check).add_argument(
        "--mend", action="store_true", help="first set kept counts right that differ from the rows"
    )
    return top


def _take_imports(importing: argparse.ArgumentParser) -> None:
    importing.add_argument("source", choices=["challenge-gov", "polis"])
    importing.add_argument("path", type=Path, help="a feed's file, or a Polis export's folder")
    importing.add_argument("--json", action="store_true", help="end with one JSON object")
    importing.add_argument(
        "--agreement",
        type=int,
        choices=[1, -1],
        help="which number is an agreement in the votes of a Polis export (else recognised)",
    )


def main(argv: list[str] | None = None) -> int:
    """Runs one command and returns its exit code: 2 for what the operator can correct, which is
    printed as a sentence instead of a traceback; 130 for Ctrl-C."""
    arguments = parser().parse_args(argv)
    return in_sentences(lambda: int(arguments.work(read_config(), arguments)))


if __name__ == "__main__":
    sys.exit(main())
