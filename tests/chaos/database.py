"""The database's server, which is started again whenever it ends, as its service manager does."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.db import Database, open_database
from ideahub.server import embedded

LOOK_SECONDS = 0.1
PATIENCE = 60.0


class Server:
    """PostgreSQL, and its processes."""

    def __init__(self, data: Path, url: str) -> None:
        self.url = url
        self._data = data
        self._keeping: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The number of its first process, the postmaster."""
        return int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])

    @property
    def socket(self) -> str:
        """The path of the socket on which it accepts."""
        return f"{make_url(self.url).query['host']}/.s.PGSQL.5432"

    def kill(self, pid: int | None = None) -> None:
        """Kills one of its processes, or the first one."""
        with suppress(ProcessLookupError, OSError):
            os.kill(pid or self.pid, signal.SIGKILL)

    async def backends(self, which: str = "true") -> list[int]:
        """The processes that serve the site's connections and fulfil an SQL condition."""
        found = await self.ask(
            "select pid from pg_stat_activity where pid <> pg_backend_pid()"
            f" and backend_type = 'client backend' and ({which})"
        )
        return [row[0] for row in found]

    async def ask(self, query: str) -> list[asyncpg.Record]:
        """The rows of a query as the superuser asks it; none while the server is away."""
        address = make_url(self.url).set(drivername="postgresql", username="postgres")
        try:
            connection = await asyncpg.connect(
                address.render_as_string(hide_password=False), timeout=5
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return []
        try:
            return list(await connection.fetch(query, timeout=5))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return []
        finally:
            connection.terminate()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """The database, to do something there beside the site."""
        database = open_database(self.url, size=2)
        assert isinstance(database.bind, AsyncEngine)
        try:
            yield database
        finally:
            await database.bind.dispose()

    async def until_it_answers(self) -> None:
        """Returns when it can be asked something."""
        async with asyncio.timeout(PATIENCE):
            while not await self.ask("select 1"):
                await asyncio.sleep(LOOK_SECONDS)

    async def keep_running(self) -> None:
        """Starts it again whenever it has ended."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(embedded.NoServer):
                await asyncio.to_thread(embedded.ensure, self._data)


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[Server]:
    """The server of this data folder until the block ends."""
    with embedded.database(data) as url:
        server = Server(data, url)
        keeping = asyncio.create_task(server.keep_running())
        try:
            yield server
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
