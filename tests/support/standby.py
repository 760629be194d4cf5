"""A real replica of an embedded server: it follows it by streaming, as in production."""

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ideahub.server.embedded import binaries, unprivileged

PATIENCE = 60.0


class Standby:
    """The replica: it can be paused, ended and started again."""

    def __init__(self, data: Path) -> None:
        self._way = unprivileged.choose_way(data)
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As an operator sets it."""
        return f"postgresql+asyncpg://ideahub@/ideahub?host={self._data}"

    async def start(self) -> None:
        """Starts it, and returns when it can be read."""
        self._process = self._spawn()
        async with asyncio.timeout(PATIENCE):
            while not await self._can_be_read():
                assert self._process.poll() is None, (self._data.parent / "standby.log").read_text()
                await asyncio.sleep(0.05)

    def _spawn(self) -> subprocess.Popen[bytes]:
        _release, folder = binaries.find(int((self._data / "PG_VERSION").read_text()))
        folder = unprivileged.reachable_binaries(folder, self._way)
        # The primary's were copied, and those of one that was killed are still there.
        for left in (*self._data.glob(".s.PGSQL*"), *self._data.glob("postmaster.pid")):
            left.unlink()
        settings = ["-clisten_addresses=", "-cmax_standby_streaming_delay=-1", "-cfsync=off"]
        own = ["-D", str(self._data), "-k", str(self._data)]
        with (self._data.parent / "standby.log").open("ab") as log:
            command = unprivileged.child(self._way, folder / "postgres", *own, *settings)
            return subprocess.Popen(command, stdout=log, stderr=log)

    async def _can_be_read(self) -> bool:
        try:
            await self.do("select 1")
        except Exception:  # noqa: BLE001 - whatever the reason is, it cannot be read yet
            return False
        return True

    async def do(self, statement: str) -> object:
        """Runs a statement there as the superuser."""
        url = make_url(self.url).set(username="postgres")
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                return (await connection.execute(text(statement))).scalar()
        finally:
            await engine.dispose()

    async def pause(self) -> None:
        """It takes over nothing more, until `resume`."""
        await self.do("select pg_wal_replay_pause()")
        async with asyncio.timeout(PATIENCE):
            while await self.do("select pg_get_wal_replay_pause_state()") != "paused":
                await asyncio.sleep(0.02)

    async def resume(self) -> None:
        """It takes over again what the primary does."""
        await self.do("select pg_wal_replay_resume()")

    def kill(self) -> None:
        """Ends it at once: clients find nobody there."""
        if self._process:
            self._process.kill()
            self._process.wait()
            time.sleep(0.2)  # its own children end by themselves


@asynccontextmanager
async def standby_of(primary_url: str, folder: Path) -> AsyncIterator[Standby]:
    """A replica of the embedded server with this URL, in a new folder."""
    data = folder / "standby"
    host = str(make_url(primary_url).query["host"])
    _release, programs = binaries.find(int((Path(host) / "PG_VERSION").read_text()))
    options = ["-U", "postgres", "-D", str(data), "-R", "-X", "stream", "--checkpoint=fast"]
    copied = await asyncio.create_subprocess_exec(
        *(str(programs / "pg_basebackup"), "-h", host, *options),
        env={name: value for name, value in os.environ.items() if not name.startswith("PG")},
    )
    assert await copied.wait() == 0
    standby = Standby(data)
    try:
        await standby.start()
        yield standby
    finally:
        standby.kill()
