"""The database, the application and its browsers, for every test.

Each test runs in an outer transaction that is rolled back at its end. Tests of what crosses
connections (realtime, two at once) use `committing` instead: a database of their own.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from litestar import Litestar
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.accounts import passwords
from ideahub.accounts.sessions import begin_session
from ideahub.app import guarded
from ideahub.core.config import Config, read_config
from ideahub.core.db import Database
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.demo.filling import fill_demo
from ideahub.organisations.models import Person
from ideahub.server import embedded
from tests.support import pseudo
from tests.support.cast import Cast, make_cast
from tests.support.databases import (
    filled_template,
    make_migrated_folder,
    migrated_template,
    own_database,
)
from tests.support.grounds import Ground, found_again, ground
from tests.support.in_pseudo import LANGUAGE, pseudo_languages, speak
from tests.support.private_things import Things, make_private_things
from tests.support.serving import Site as ServedSite
from tests.support.serving import serve, stage
from tests.support.short_lived import copy_data, short_lived_folder
from tests.support.wiring import wired_app
from tests.support.workers import folder_of_run, put_in_place

# On the build machine the same examples each time; at a desk new ones every day.
settings.register_profile("ci", derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def pseudo_catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the pseudo-languages; one worker writes it for all."""
    shared = folder_of_run(tmp_path_factory) / "pseudo-languages"
    if not shared.exists():
        written = tmp_path_factory.mktemp("locale")
        pseudo.write(written)
        put_in_place(written, shared)
    return shared


@pytest.fixture(scope="module")
def offered_pseudo_languages(pseudo_catalogues: Path) -> Iterator[None]:
    """All tests of the module may be answered in the pseudo-languages."""
    with pseudo_languages(pseudo_catalogues):
        yield


@pytest.fixture(scope="session", autouse=True)
def speaking(request: pytest.FixtureRequest) -> Iterator[None]:
    """With IDEAHUB_TEST_LANGUAGE, every browser of the tests asks for that pseudo-language."""
    if not LANGUAGE:
        yield
        return
    catalogues: Path = request.getfixturevalue("pseudo_catalogues")
    with pseudo_languages(catalogues), pytest.MonkeyPatch.context() as patch:
        speak(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[PasswordHasher]:
    """Hashes that cost little; gives the hasher that the site really has."""
    real = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 64, 1))
        passwords._nobodys_hash.cache_clear()
        yield real
    passwords._nobodys_hash.cache_clear()


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A server for this run: the one asked for, or an embedded one of its own."""
    if given := os.environ.get("IDEAHUB_TEST_DATABASE_URL"):
        yield given
        return
    with short_lived_folder() as folder, embedded.database(folder / "data", durable=False) as url:
        yield url


@pytest.fixture(scope="session")
async def template(database_url: str) -> AsyncIterator[str]:
    """The migrated database that every other one is a copy of."""
    async with migrated_template(database_url, f"t_{os.getpid()}_template") as name:
        yield name


@pytest.fixture(scope="session")
async def demo_template(database_url: str, template: str, config: Config) -> AsyncIterator[str]:
    """The database that every one with the demonstration is a copy of."""
    name = f"t_{os.getpid()}_demo_template"

    async def fill(database: Database) -> None:
        database.serve(Site(config.public_url, config.language), SiteKeys(config))
        await fill_demo(database)

    async with filled_template(database_url, name, template, fill) as name:
        yield name


@pytest.fixture(scope="session")
async def empty_ground(database_url: str, template: str) -> AsyncIterator[Ground]:
    """No rows but those of the migrations."""
    async with ground(database_url, f"t_{os.getpid()}_empty", template) as made:
        yield made


@pytest.fixture(scope="session")
async def cast_ground(database_url: str, template: str) -> AsyncIterator[Ground]:
    """The cast."""
    async with ground(database_url, f"t_{os.getpid()}_cast", template, make_cast) as made:
        yield made


@pytest.fixture(scope="session")
async def private_ground(database_url: str, template: str) -> AsyncIterator[Ground]:
    """The cast, and everything private."""

    async def fill(db: AsyncSession) -> tuple[Cast, Things]:
        # No idea's number is a challenge's as well: pages are searched for it.
        await db.execute(text("alter table idea alter column id restart with 1001"))
        cast = await make_cast(db)
        return cast, await make_private_things(db, cast)

    async with ground(database_url, f"t_{os.getpid()}_private", template, fill) as made:
        yield made


@pytest.fixture
def its_ground(request: pytest.FixtureRequest) -> Ground:
    """The one on which there is what the test asks for."""
    asked = request.fixturenames
    name = "private" if "things" in asked else "cast" if "cast" in asked else "empty"
    found: Ground = request.getfixturevalue(f"{name}_ground")
    return found


@pytest.fixture
def engine(its_ground: Ground) -> AsyncEngine:
    """What the test's connection belongs to."""
    return its_ground.engine


@pytest.fixture
async def database(its_ground: Ground) -> AsyncIterator[Database]:
    """One connection in a transaction that never commits."""
    async with its_ground.lent() as connection:
        yield Database(connection)


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    """A session of the test's own, on the same connection as the application's."""
    async with database.reading() as session:
        yield session


@pytest.fixture
async def cast(its_ground: Ground, db: AsyncSession) -> Cast:
    """Ada, Ben, Cem and the others."""
    filled = its_ground.filled
    return await found_again(db, filled if isinstance(filled, Cast) else filled[0])


@pytest.fixture
def things(its_ground: Ground) -> Things:
    """Everything private, made before; who asks for it may add to its numbers."""
    made: Things = deepcopy(its_ground.filled[1])
    return made


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Development mode, as `make run` has it, without the demo."""
    var = str(tmp_path_factory.mktemp("var"))
    return replace(read_config({"IDEAHUB_VAR": var}), demo=False)


@pytest.fixture
def app(config: Config, database: Database) -> Iterator[Litestar]:
    """The application on the test's connection, without listener and clock."""
    with wired_app(config, database) as app:
        yield app


class Counted:
    """How many queries were sent."""

    number = 0


@pytest.fixture
def count_queries(engine: AsyncEngine) -> Callable[[], AbstractContextManager[Counted]]:
    """`with count_queries() as counted:` counts the queries within."""

    @contextmanager
    def count() -> Iterator[Counted]:
        counted = Counted()

        def one_more(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            counted.number += not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))

        event.listen(engine.sync_engine, "before_cursor_execute", one_more)
        try:
            yield counted
        finally:
            event.remove(engine.sync_engine, "before_cursor_execute", one_more)

    return count


class Browser:
    """A browser: cookies, and forms that say they come from a page of the site."""

    def __init__(self, client: httpx.AsyncClient, secret: str | None) -> None:
        self.client = client
        self.secret = secret

    async def get(self, url: str, **options: Any) -> httpx.Response:
        """Opens a page."""
        return await self.client.get(url, **options)

    async def post(
        self, url: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **options: Any
    ) -> httpx.Response:
        """Sends a form as the page's own would be sent."""
        headers = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        if htmx:
            headers |= {"HX-Request": "true", "HX-Request-Type": "partial"}
        return await self.client.post(url, data=data, headers=headers, **options)


Browse = Callable[[Person | None], Awaitable[Browser]]


@pytest.fixture
async def browse(app: Litestar, config: Config, db: AsyncSession) -> AsyncIterator[Browse]:
    """`await browse(person)` is a browser where that person is signed in (None: nobody)."""
    async with AsyncExitStack() as stack:
        transport = httpx.ASGITransport(app=guarded(app, config))  # type: ignore[arg-type]

        async def make(person: Person | None) -> Browser:
            client = httpx.AsyncClient(transport=transport, base_url=config.public_url)
            await stack.enter_async_context(client)
            token = await begin_session(db, person.id) if person else None
            await db.commit()
            if token:
                client.cookies.set("ideahub", token)
            return Browser(client, token)

        yield make


@pytest.fixture
async def committing(database_url: str, template: str) -> AsyncIterator[Database]:
    """A database of this test's own, where transactions really commit."""
    async with own_database(database_url, f"t_{os.getpid()}_own", template) as database:
        yield database


@pytest.fixture(scope="module")
async def site(database_url: str, template: str, config: Config) -> AsyncIterator[ServedSite]:
    """One server for all tests of a file: starting it takes longer than what they ask it."""
    async with own_database(database_url, f"t_{os.getpid()}_site", template) as database:
        cast, idea = await stage(database)
        async with serve(config, database) as served:
            yield ServedSite(served, cast, idea)


@pytest.fixture(scope="session")
async def migrated_folder() -> AsyncIterator[Path]:
    """A data folder that every other one is a copy of, with a migrated database."""
    with short_lived_folder() as folder:
        await make_migrated_folder(folder / "postgres")
        yield folder / "postgres"


@pytest.fixture
def own_folder(migrated_folder: Path) -> Iterator[Path]:
    """A data folder of this test's own, for an embedded server: its database is migrated."""
    with short_lived_folder() as folder:
        yield copy_data(migrated_folder, folder / "postgres")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real challenges and ideas; tests that need them are skipped where they are absent."""
    if not DATA.is_dir():
        pytest.skip("../shared/data is not here")
    return DATA
