"""The site as an operator has it: `ideahub run --workers 2`, started again whenever it ends."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.support.child_processes import children_of, with_setting, workers_of
from tests.support.mail_sink import free_port
from tests.support.started import PATIENCE, Started, launched

WORKERS = 2
# Of whoever starts it again, before each time.
PAUSE = 0.3
RENEWED = (
    "the processes are renewed",
    "the database could not be prepared; the processes stay",
    "the new code does not start",
)


class Site:
    """The command, and the service manager that keeps it running."""

    def __init__(self, settings: Mapping[str, str], folder: Path) -> None:
        self.port = free_port()
        self.command: Started | None = None
        # How often it was started.
        self.starts = 0
        self._settings = {**settings, "PORT": str(self.port)}
        self._folder = folder
        self._keeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts it, and returns when it is ready."""
        self._keeping = asyncio.create_task(self._keep_running())
        async with asyncio.timeout(PATIENCE):
            while self.command is None:
                await asyncio.sleep(0.02)
        await self.command.until_ready()

    async def stop(self) -> None:
        """Ends it as Ctrl-C would."""
        if self._keeping:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        if self.command and self.command.process.returncode is None:
            self.send(signal.SIGTERM)
            await asyncio.wait_for(self.command.process.wait(), PATIENCE)

    def said(self) -> str:
        """All that it has printed."""
        return self.command.said() if self.command else ""

    def workers(self) -> list[int]:
        """The processes that serve, by number."""
        return sorted(workers_of(self.pid))

    @property
    def pid(self) -> int:
        """The number of the parent of all of them."""
        assert self.command
        return self.command.process.pid

    def send(self, number: signal.Signals) -> None:
        """Sends the parent a signal."""
        assert self.command
        with suppress(ProcessLookupError):
            self.command.process.send_signal(number)

    def kill_all(self) -> None:
        """Kills the parent and all that it has started."""
        for pid in (self.pid, *children_of(self.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def strays(self) -> set[int]:
        """The processes of commands that have ended, which should have ended with them."""
        all_of_them = with_setting("IDEAHUB_VAR", str(self._folder))
        return all_of_them - {self.pid, *children_of(self.pid)}

    async def renew(self) -> None:
        """Renews its processes one by one; returns when that is done, or was given up."""
        before, starts = self._renewals(), self.starts
        self.send(signal.SIGHUP)
        async with asyncio.timeout(PATIENCE):
            while self._renewals() == before and self.starts == starts:
                await asyncio.sleep(0.05)

    def _renewals(self) -> int:
        return sum(self.said().count(words) for words in RENEWED)

    async def _keep_running(self) -> None:
        while True:
            self.command = await launched(self._settings, self._folder, "--workers", str(WORKERS))
            self.starts += 1
            await self.command.process.wait()
            await asyncio.sleep(PAUSE)
