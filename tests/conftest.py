"""The database, the application and its browsers, for every test.

Each test runs in an outer transaction that is rolled back at its end. Tests of what crosses
connections (realtime, two at once) use `committing` instead: a database of their own.
"""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings
from litestar import Litestar
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from ideahub.accounts.sessions import begin_session
from ideahub.app import create_app, guarded
from ideahub.core.config import Config, read_config
from ideahub.core.db import Database
from ideahub.organisations.models import Person
from ideahub.server import embedded
from ideahub.server.migrating import migrate
from tests.cast import Cast, make_cast
from tests.databases import own_database
from tests.support.in_pseudo import LANGUAGE, pseudo_languages, speak

# On the build machine the same examples each time; at a desk new ones every day.
settings.register_profile("ci", derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def speaking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """With IDEAHUB_TEST_LANGUAGE, every browser of the tests asks for that pseudo-language."""
    if not LANGUAGE:
        yield
        return
    with pseudo_languages(tmp_path_factory.mktemp("locale")), pytest.MonkeyPatch.context() as patch:
        speak(patch)
        yield


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for this run: the one asked for, or an embedded one of its own."""
    if given := os.environ.get("IDEAHUB_TEST_DATABASE_URL"):
        yield given
        return
    with embedded.database(tmp_path_factory.mktemp("pg") / "data", durable=False) as url:
        yield url


@pytest.fixture(scope="session")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """The migrated database all rolled-back tests share."""
    engine = create_async_engine(database_url, poolclass=NullPool)
    await migrate(engine)
    yield engine
    await engine.dispose()


@pytest.fixture
async def database(engine: AsyncEngine) -> AsyncIterator[Database]:
    """One connection in a transaction that never commits."""
    async with engine.connect() as connection:
        outer = await connection.begin()
        yield Database(connection)
        await outer.rollback()


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncSession]:
    """A session of the test's own, on the same connection as the application's."""
    async with database.reading() as session:
        yield session


@pytest.fixture
async def cast(db: AsyncSession) -> Cast:
    """Ada, Ben, Cem and the others."""
    made = await make_cast(db)
    await db.commit()
    return made


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Development mode, as `make run` has it, without the demo."""
    var = str(tmp_path_factory.mktemp("var"))
    return replace(read_config({"IDEAHUB_VAR": var}), demo=False)


@pytest.fixture(scope="session")
def wired(config: Config, engine: AsyncEngine) -> Litestar:
    """The application, without listener and clock. Wiring it takes a tenth of a second."""
    return create_app(config, Database(engine), background=False)


@pytest.fixture
def app(wired: Litestar, database: Database) -> Litestar:
    """The application on the test's connection."""
    wired.state.database = database
    wired.state.hub.database = database
    return wired


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
            counted.number += not statement.startswith(("SAVEPOINT", "RELEASE"))

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
async def committing(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A database of this test's own, where transactions really commit."""
    name = re.sub(r"\W", "_", f"t_{os.getpid()}_{request.node.name}".lower())[:60]
    async with own_database(database_url, name) as database:
        yield database


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real challenges and ideas; tests that need them are skipped where they are absent."""
    if not DATA.is_dir():
        pytest.skip("../shared/data is not here")
    return DATA
