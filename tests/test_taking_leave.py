"""A server that stops answers what comes on connections that are open already."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from ideahub.server import lingering
from ideahub.server.lingering import STOPPED, LingeringHttpProtocol
from ideahub.server.serving import ACCEPTED_SECONDS, SignalSafeServer

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
SECONDS = 20.0


async def app(scope: Any, _receive: Any, send: Any) -> None:
    """Answers with two bytes; at one address never."""
    if scope["path"] == "/never":
        await asyncio.Event().wait()
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def stopping(
    most_seconds: int = 5,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which one request was answered, when the server has begun to stop."""
    settings = uvicorn.Config(
        app,
        port=0,
        http=LingeringHttpProtocol,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=most_seconds,
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
        server.should_exit = True
        # It has begun to stop when it accepts nothing more.
        while server.servers[0].is_serving():
            await asyncio.sleep(0.01)
        # And now that it knows its connections.
        await asyncio.sleep(2 * ACCEPTED_SECONDS)
        try:
            yield reader, writer
        finally:
            writer.close()
            await running


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


async def test_a_request_that_takes_longer_than_stopping_may_is_told_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with stopping(most_seconds=1) as (reader, writer):
        writer.write(GET.replace(b"/ ", b"/never ", 1))
        async with asyncio.timeout(SECONDS):
            answered = await reader.read()
    assert answered.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 10" in answered
    assert answered.endswith(STOPPED)
    assert "Exception in ASGI application" not in caplog.text
