"""What a start of the server loads, does and leaves for later."""

import asyncio
import gc
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ideahub.__main__ import main
from ideahub.core.config import Config
from ideahub.server.choosing_database import database_starting
from ideahub.server.embedded import NoServer
from ideahub.server.migrating import alembic_config, is_current, migrate, newest
from tests.support.databases import EMPTY, copied_database
from tests.support.mail_sink import free_port
from tests.support.short_lived import short_lived_folder

# What a site that serves people may never need, or only later: each takes a hundredth of a second
# and megabytes, and some take ten times as much.
LATER = {
    *("alembic", "mako", "pygments"),  # there is seldom something to migrate
    *("rich.progress", "ideahub.importing.sources"),  # `ideahub import`
    *("ideahub.demo.filling", "ideahub.demo.texts"),
    *("ideahub.server.checking", "ideahub.server.workers"),
    *("redis", "obstore"),  # settings that few have
    "email_validator",  # the first address that somebody types
    "PIL",  # only the process that redraws a picture
    *("pydantic", "attr"),  # what only the framework looks for, and the tests bring
}
# The command line itself, before it starts the database.
FIRST = {"sqlalchemy", "asyncpg", "litestar", "jinja2", "uvicorn", "babel"}
SERVED = """
import ideahub.__main__, ideahub.server.serving
from ideahub.core.config import read_config
from ideahub.core.db import open_database
database = open_database("postgresql+asyncpg://nobody@nowhere/nothing", size=1)
ideahub.server.serving.create_app(read_config({}), database)
"""


def loaded_by(program: str) -> set[str]:
    """The modules that a new interpreter has loaded after this program."""
    said = f"{program}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", said], text=True).split())


def test_what_is_seldom_needed_is_loaded_later() -> None:
    loaded = loaded_by(SERVED)
    assert {"ideahub.app", "ideahub.features"} <= loaded
    assert not loaded & LATER


def test_the_database_starts_before_what_takes_long_is_loaded() -> None:
    loaded = loaded_by("import ideahub.__main__")
    assert "ideahub.server.embedded.server" in loaded
    assert not loaded & FIRST


def test_the_newest_migration_is_the_last_of_the_files() -> None:
    assert newest() == ScriptDirectory.from_config(alembic_config()).get_current_head()


async def test_a_database_is_migrated_once(database_url: str) -> None:
    async with copied_database(database_url, f"t_{os.getpid()}_starting", EMPTY) as url:
        engine = create_async_engine(url, poolclass=NullPool)
        assert not await is_current(engine)
        await migrate(engine)
        assert await is_current(engine)
        async with engine.begin() as connection:
            await connection.execute(text("update alembic_version set version_num = '0001'"))
        assert not await is_current(engine)


async def test_of_two_processes_one_migrates_and_keeps_no_lock(database_url: str) -> None:
    async with copied_database(database_url, f"t_{os.getpid()}_starting", EMPTY) as url:
        engines = [create_async_engine(url, pool_size=1) for _process in range(2)]
        await asyncio.gather(*(migrate(engine) for engine in engines))
        for engine in engines:
            assert await is_current(engine)
            async with engine.connect() as connection:
                assert await connection.scalar(text("show lock_timeout")) == "0"
                held = "select count(*) from pg_locks where locktype = 'advisory' and database ="
                own = "(select oid from pg_database where datname = current_database())"
                assert await connection.scalar(text(f"{held} {own}")) == 0
            await engine.dispose()


async def test_migrations_that_were_half_done_are_done_again(database_url: str) -> None:
    """Those that go through many rows do so in transactions of their own."""
    left = (
        "alter table notification add column mail_id bigint",
        "create index ix_event_news_new on event (id)",
        "alter table idea add column letter_of bigint",
        "alter table person add column through_id bigint",
        "alter table contribution add column letters bigint default 0 not null",
    )
    async with copied_database(database_url, f"t_{os.getpid()}_starting", EMPTY) as url:
        engine = create_async_engine(url, poolclass=NullPool)
        await migrate(engine)
        async with engine.connect() as connection:
            await connection.run_sync(lambda sync: command.downgrade(alembic_config(sync), "0036"))
            for statement in left:
                await connection.execute(text(statement))
            await connection.commit()
        await migrate(engine)
        async with engine.connect() as connection:
            await connection.run_sync(lambda sync: command.check(alembic_config(sync)))


def test_the_embedded_database_starts_beside_and_ends_with_the_block(config: Config) -> None:
    with short_lived_folder() as folder, database_starting(replace(config, var=folder)) as url:
        assert "host=" in url()
        running = folder / "postgres" / "postmaster.pid"
        assert running.exists()
    assert not running.exists()


def test_a_block_that_fails_ends_the_database_that_it_never_asked_for(config: Config) -> None:
    with short_lived_folder() as folder:
        with pytest.raises(ZeroDivisionError), database_starting(replace(config, var=folder)):
            raise ZeroDivisionError
        assert (folder / "postgres" / "PG_VERSION").exists()
        assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_database_that_cannot_start_is_told_to_who_waits_for_it(
    config: Config, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with database_starting(replace(config, var=tmp_path / "file")) as url, pytest.raises(NoServer):
        url()


def test_garbage_is_looked_for_again_once_all_is_loaded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("IDEAHUB_VAR", str(tmp_path / "file"))
    monkeypatch.setenv("PORT", str(free_port()))
    assert main(["run"]) == 2
    try:
        assert gc.isenabled() and gc.get_freeze_count()
    finally:
        gc.unfreeze()
