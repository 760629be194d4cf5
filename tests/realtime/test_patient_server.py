"""What our subclasses of the server's insides promise to clients, and to whoever stops it.

A small application instead of ours: it shows what the server does, whatever runs on it.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ideahub.realtime import frames
from ideahub.realtime.encoding import encode
from ideahub.realtime.frames import FrameProtocol, frames_of
from ideahub.server import bounded_http
from ideahub.server.bounded_http import BoundedHttpProtocol
from ideahub.server.serving import SignalSafeServer

KILOBYTE = 1_000
# Far more than the kernel's buffers and the server's hold together.
MUCH = 20_000 * KILOBYTE


@asynccontextmanager
async def running(app: Any) -> AsyncIterator[int]:
    """Serves this application; yields its port."""
    server = SignalSafeServer(
        uvicorn.Config(
            app,
            port=0,
            http=BoundedHttpProtocol,
            ws=FrameProtocol,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
    )
    listening = server.config.bind_socket()
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with asyncio.timeout(15):
            while not server.started:
                await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def answer_with(send: Any, body: bytes) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


def post(length: int) -> bytes:
    return f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode()


@asynccontextmanager
async def talk(
    port: int, asked: bytes
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Sends this; yields where the answer comes in and where more can be said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(asked)
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def read_all(receive: Any) -> int:
    """How many bytes the body has."""
    length = 0
    while (message := await receive())["type"] == "http.request":
        length += len(message["body"])
        if not message["more_body"]:
            break
    return length


@pytest.mark.slow
async def test_a_body_that_we_do_not_read_yet_is_not_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the server is busy, the sender is not to blame, and has all its time afterwards."""
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 1.0)
    monkeypatch.setattr(bounded_http, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(bounded_http, "SLOWEST_BYTES_PER_SECOND", 1_000 * KILOBYTE)
    length = 200 * KILOBYTE

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(1.9)
        await answer_with(send, b"%d" % await read_all(receive))

    async with running(app) as port, talk(port, post(length + 1) + bytes(length)) as (answer, say):
        await asyncio.sleep(2.4)
        say.write(b"x")
        await asyncio.wait_for(answer.readuntil(b"%d" % (length + 1)), 15)


@pytest.mark.slow
async def test_a_body_larger_than_any_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it comes, and whatever the application makes of it."""
    monkeypatch.setattr(bounded_http, "MOST_IN_BODY", 100 * KILOBYTE)

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        length = await read_all(receive)
        await answer_with(send, b"%d" % length)

    async with running(app) as port:
        for length, status in ((100 * KILOBYTE, b" 200 "), (100 * KILOBYTE + 1, b" 413 ")):
            async with talk(port, post(length) + bytes(length - 1)) as (answer, say):
                # The last byte later: what is left unread would reset the connection.
                await asyncio.sleep(0.2)
                say.write(b"x")
                assert status in await asyncio.wait_for(answer.readline(), 15)


GET = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


async def answer_with_much(send: Any) -> None:
    headers = [(b"content-length", b"%d" % MUCH)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for _piece in range(MUCH // (100 * KILOBYTE)):
        body = bytes(100 * KILOBYTE)
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body"})


async def test_who_takes_nothing_of_the_answer_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "WRITE_SECONDS", 0.3)
    let_go = asyncio.Event()

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await answer_with_much(send)
        let_go.set()

    async with running(app) as port, talk(port, GET):
        await asyncio.wait_for(let_go.wait(), 15)


@pytest.mark.slow
async def test_who_takes_the_answer_slowly_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "WRITE_SECONDS", 0.5)

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await answer_with_much(send)

    async with running(app) as port, talk(port, GET) as (answer, _say):
        await answer.readuntil(b"\r\n\r\n")
        clock, taken = asyncio.get_running_loop().time, 0
        began = clock()
        while some := await asyncio.wait_for(answer.read(64 * KILOBYTE), 15):
            taken += len(some)
            await asyncio.sleep(0.005)
        assert taken == MUCH
        assert clock() - began > 2 * bounded_http.WRITE_SECONDS


async def listen(scope: Any, receive: Any, send: Any) -> None:
    """Takes a socket and waits until it is gone."""
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


@pytest.mark.slow
async def test_a_socket_has_the_time_of_no_head_and_no_body(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(bounded_http, "BODY_SECONDS", 0.2)
    async with running(listen) as port, connect(f"ws://127.0.0.1:{port}/") as page:
        await asyncio.sleep(0.8)
        await asyncio.wait_for(await page.ping(), 15)


@pytest.mark.slow
async def test_what_a_page_says_in_a_long_time_is_not_added_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frames, "WINDOW_SECONDS", 0.2)
    monkeypatch.setattr(frames, "MOST_IN_WINDOW", 200)
    async with running(listen) as port, connect(f"ws://127.0.0.1:{port}/") as page:
        for _time in range(40):
            await asyncio.wait_for(await page.ping(b"ping"), 15)
            await asyncio.sleep(0.02)
        with pytest.raises(ConnectionClosed):
            await _flood(page)


async def test_a_frame_is_written_only_where_it_need_not_wait() -> None:
    """Whoever reads nothing fills no memory; whoever reads again gets all that was taken."""
    frame = encode("x" * 100 * KILOBYTE)
    taken = asyncio.get_running_loop().create_future()
    go_on = asyncio.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        own = frames_of(scope)
        assert own is not None
        assert not own.write_frame(frame)  # it is no socket yet
        await receive()
        await send({"type": "websocket.accept"})
        written = 0
        while own.write_frame(frame):
            written += 1
            assert written * len(frame) < MUCH
            await asyncio.sleep(0)
        taken.set_result(written)
        await go_on.wait()
        await asyncio.wait_for(_until(lambda: own.write_frame(encode("again"))), 15)
        await send({"type": "websocket.close"})
        assert not own.write_frame(frame)

    async with running(app) as port, connect(f"ws://127.0.0.1:{port}/", max_queue=1) as page:
        written = await asyncio.wait_for(taken, 10)
        go_on.set()
        said = [message async for message in page]
        assert [len(message) for message in said[:-1]] == [100 * KILOBYTE] * written
        assert said[-1] == "again"


async def _flood(page: ClientConnection) -> None:
    for _time in range(40):
        await asyncio.wait_for(await page.ping(bytes(100)), 15)


async def _until(holds: Any) -> None:
    while not holds():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_serving_and_nothing_else(number: signal.Signals) -> None:
    """Whoever called cleans up: uvicorn's own raises the signal once more, and the process dies."""
    heard: list[int] = []
    before = signal.signal(number, lambda got, _frame: heard.append(got))
    try:
        server = SignalSafeServer(
            uvicorn.Config(listen, port=0, lifespan="off", log_level="warning")
        )
        serving = asyncio.create_task(server.serve())
        await asyncio.wait_for(_until(lambda: server.started), 15)
        signal.raise_signal(number)
        await asyncio.wait_for(serving, 15)
        assert heard == []
        signal.raise_signal(number)
        assert heard == [number]
    finally:
        signal.signal(number, before)
