"""Programs beside the site, for tests: a Redis, a pooler in front of the database, a proxy."""

import asyncio
import pwd
import shutil
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

PATIENCE = 30.0


def needs(program: str) -> pytest.MarkDecorator:
    """Skips a test where this program is not installed; .ci/run installs all of them."""
    return pytest.mark.skipif(found(program) is None, reason=f"{program} is not installed")


def found(program: str) -> str | None:
    """Where the program is; Debian keeps servers where only root looks."""
    return shutil.which(program, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin")


class Program:
    """A server that listens on a port of its own, and can be stopped and started again."""

    def __init__(self, name: str, port: int, *arguments: str, folder: Path) -> None:
        self.port = port
        self._command = [found(name) or name, *arguments]
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts it, and returns when it accepts connections."""
        with (self._folder / f"said-{self.port}").open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=self._folder, stdout=out, stderr=out
            )
        async with asyncio.timeout(PATIENCE):
            while not _accepts(self.port):
                assert self._process.returncode is None, self.said()
                await asyncio.sleep(0.02)

    def said(self) -> str:
        """What it has printed."""
        return (self._folder / f"said-{self.port}").read_text(errors="replace")

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        assert self._process
        self._process.send_signal(number)

    async def stop(self) -> None:
        """Ends it at once, if it runs."""
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def running(name: str, port: int, *arguments: str, folder: Path) -> AsyncIterator[Program]:
    """The program, until the block ends."""
    program = Program(name, port, *arguments, folder=folder)
    try:
        await program.start()
        yield program
    finally:
        await program.stop()


def redis_options(port: int) -> list[str]:
    """A Redis that keeps nothing."""
    return ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


def somebody() -> str:
    """A user who is not root, for programs that refuse to run as root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
