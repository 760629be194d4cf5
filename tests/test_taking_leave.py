"""A server that stops answers what comes on connections that are open already."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from ideahub.server import lingering
from ideahub.server.lingering import LingeringHttpProtocol
from ideahub.server.serving import ACCEPTED_SECONDS, SignalSafeServer

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
SECONDS = 20.0


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    """Answers with two bytes."""
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


Open = tuple[SignalSafeServer, asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def serving() -> AsyncIterator[Open]:
    """A server, and a connection on which one request was answered."""
    settings = uvicorn.Config(
        app, port=0, http=LingeringHttpProtocol, lifespan="off", log_level="warning"
    )
    server = SignalSafeServer(settings)
    listening = server.config.bind_socket()
    port = listening.getsockname()[1]
    running = asyncio.create_task(server.serve(sockets=[listening]))
    async with asyncio.timeout(SECONDS):
        await server.accepts.wait()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(GET)
        assert b"connection: close" not in await answer(reader)
        try:
            yield server, reader, writer
        finally:
            writer.close()
            server.should_exit = True
            await running


@asynccontextmanager
async def stopping() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """The same connection, when the server has begun to stop."""
    async with serving() as (server, reader, writer):
        server.should_exit = True
        # It has begun to stop when it accepts nothing more.
        while server.servers[0].is_serving():
            await asyncio.sleep(0.01)
        # And now that it knows its connections.
        await asyncio.sleep(2 * ACCEPTED_SECONDS)
        yield reader, writer


async def answer(reader: asyncio.StreamReader) -> bytes:
    """The head of an answer whose body is two bytes."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert await reader.readexactly(2) == b"ok"
    return head


async def test_a_request_that_is_under_way_is_answered_and_is_the_last() -> None:
    async with stopping() as (reader, writer):
        writer.write(GET)
        head = await answer(reader)
        assert head.startswith(b"HTTP/1.1 200")
        assert b"connection: close" in head
        assert await reader.read() == b""


async def test_a_connection_without_a_request_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lingering, "LINGER_SECONDS", 0.1)
    async with stopping() as (reader, _writer):
        assert await reader.read() == b""
