"""A server that stops answers what comes on connections that are open already."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
import uvloop

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


Open = tuple[SignalSafeServer, asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def serving(most_seconds: int = 5) -> AsyncIterator[Open]:
    """A server, and a connection on which one request was answered."""
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
        try:
            yield server, reader, writer
        finally:
            writer.close()
            server.should_exit = True
            await running


@asynccontextmanager
async def stopping(
    most_seconds: int = 5,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """The same connection, when the server has begun to stop."""
    async with serving(most_seconds) as (server, reader, writer):
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


async def test_a_request_that_takes_longer_than_stopping_may_is_told_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with stopping(most_seconds=1) as (reader, writer):
        writer.write(GET.replace(b"/ ", b"/never ", 1))
        async with asyncio.timeout(SECONDS):
            answered = await reader.read()
    assert answered.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 10" in answered
    assert answered.endswith(STOPPED)
    assert "Exception in ASGI application" not in capsys.readouterr().err


class Kept(LingeringHttpProtocol):
    """Remembers the last connection."""

    last: "Kept"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        Kept.last = self


def test_a_client_that_is_gone_is_no_fault_of_the_application(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With uvloop, writing to it fails, and uvicorn tells only the last of its requests."""

    async def answer_too_late(scope: Any, receive: Any, send: Any) -> None:
        Kept.last.transport.abort()
        await asyncio.sleep(0.05)
        await app(scope, receive, send)

    async def ask() -> None:
        settings = uvicorn.Config(
            answer_too_late, port=0, http=Kept, lifespan="off", log_level="warning"
        )
        server, listening = SignalSafeServer(settings), settings.bind_socket()
        running = asyncio.create_task(server.serve(sockets=[listening]))
        await server.accepts.wait()
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        writer.write(2 * GET)
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        server.should_exit = True
        await running

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(asyncio.wait_for(ask(), SECONDS))
    assert "Exception" not in capsys.readouterr().err


@pytest.mark.parametrize("loop_factory", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_connections_that_wait_when_the_server_stops_are_answered(
    monkeypatch: pytest.MonkeyPatch, loop_factory: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    settings = uvicorn.Config(
        app, port=0, http=LingeringHttpProtocol, lifespan="off", log_level="warning"
    )
    server, waiting = SignalSafeServer(settings), list[socket.socket]()
    listening = settings.bind_socket()

    async def come_and_stop(_counter: int) -> bool:
        # Nothing is awaited from here until the server stops, so that none of them is accepted.
        for _client in range(20):
            waiting.append(socket.create_connection(listening.getsockname(), SECONDS))
            waiting[-1].sendall(GET)
        return True

    monkeypatch.setattr(server, "on_tick", come_and_stop)
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(server.serve(sockets=[listening]))
    for client in waiting:
        assert client.recv(1_000).startswith(b"HTTP/1.1 200")
        client.close()
