"""A relay of TCP connections, which stands for the network: it can cut them, hold them up, slow
them down, and lose them without a word to either end."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
# Closing then resets the connection instead of ending it in order.
RESET = struct.pack("ii", 1, 0)
PIECE = 65_536


class Relay:
    """Accepts on a port of its own, and passes everything on, both ways."""

    def __init__(self, to: Callable[[], Awaitable[Ends]]) -> None:
        self.port = 0
        # New connections are reset while this holds.
        self.refuses = False
        # By how many seconds each piece is late.
        self.delay = 0.0
        self._to = to
        self._passes = asyncio.Event()
        self._passes.set()
        self._links: set[Link] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begins to accept; `port` is known from here on."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=1_000)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Accepts nothing more, and cuts what there is."""
        assert self._server
        self._server.close()
        self.go_on()
        self.cut()
        while self._links:
            await asyncio.sleep(0.01)

    def cut(self) -> None:
        """Resets all connections."""
        for link in tuple(self._links):
            link.cut()

    def hold(self) -> None:
        """Passes nothing on, until `go_on`: what is sent meanwhile comes late."""
        self._passes.clear()

    def go_on(self) -> None:
        """Passes on what was held up."""
        self._passes.set()

    def lose(self) -> "tuple[Link, ...]":
        """Passes nothing on any more on the connections there are, and tells neither end; new ones
        are not concerned. Returns those that were lost."""
        lost = tuple(self._links)
        for link in lost:
            link.is_lost = True
        return lost

    async def passes(self) -> None:
        """Returns when something may be passed on."""
        if self.delay:
            await asyncio.sleep(self.delay)
        await self._passes.wait()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer)
        self._links.add(link)
        try:
            await self._passes.wait()
            if self.refuses:
                return
            to_read, to_write = await self._to()
            link.writers.append(to_write)
            await link.pass_on(self, ((reader, to_write), (to_read, writer)))
        except OSError:
            pass  # whoever came is told by the end of the connection
        finally:
            link.cut()
            self._links.discard(link)


class Link:
    """A connection through the relay: its writers are those of both ends."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writers = [writer]
        self.is_lost = False
        self.is_cut = asyncio.Event()

    def cut(self) -> None:
        """Resets both ends, unless they were closed in order."""
        self.is_cut.set()
        for writer in self.writers:
            if not writer.transport.is_closing():
                # Where the connection is gone already there is nothing to set.
                with suppress(OSError):
                    found: socket.socket = writer.get_extra_info("socket")
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                writer.transport.abort()

    async def pass_on(self, relay: Relay, ways: tuple[Ends, Ends]) -> None:
        """Passes on, both ways, until one end is closed; then closes the other in order."""
        tasks = [asyncio.create_task(self._one_way(relay, *way)) for way in ways]
        try:
            done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if all(one.exception() is None for one in done):
                for writer in self.writers:
                    writer.close()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _one_way(
        self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(PIECE):
            await relay.passes()
            await self._unless_lost()
            writer.write(data)
            await writer.drain()
        await self._unless_lost()

    async def _unless_lost(self) -> None:
        if self.is_lost:
            # Neither end hears of the other any more, until the connection is cut.
            await self.is_cut.wait()
