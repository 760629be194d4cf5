"""Clients that ask for too much, too slowly, or for what makes no sense."""

import asyncio
import base64
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from ideahub.realtime.frames import MOST_IN_WINDOW
from ideahub.realtime.rooms import QUEUE_SIZE, Listener, Rooms
from ideahub.server import bounded_http
from tests.support.serving import Served, Site, heard

UPGRADE = (
    f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\n"
)


async def say(served: Served, text: str) -> bytes:
    """What the server answers to these bytes before it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.config.port)
    writer.write(text.encode())
    with suppress(ConnectionError):
        await writer.drain()
    try:
        async with asyncio.timeout(15):
            return await reader.read(400)
    except ConnectionError:
        return b"reset"
    finally:
        writer.close()


def head(path: str, *lines: str, end: str = "\r\n") -> str:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *lines, ""]) + end


@pytest.mark.slow
async def test_heads_are_bounded_in_size_and_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.3)
    served = site.served
    assert b" 200 " in await say(served, head("/healthz"))
    assert b" 200 " in await say(served, head("/healthz", "Cookie: " + "a" * 30_000))
    # However it arrives: in one piece, with its end.
    assert b" 431 " in await say(served, head("/healthz", "Cookie: " + "a" * 40_000))
    assert b" 431 " in await say(served, head("/healthz", *("X: " + "b" * 9_000,) * 8))
    assert b" 431 " in await say(
        served, head("/live?room=ideas", UPGRADE + "Cookie: " + "a" * 40_000)
    )
    assert b" 414 " in await say(served, head("/healthz?" + "a" * 9_000))
    many = [f"X-{number}: {'b' * 100}" for number in range(4_000)]
    refused = await say(served, head("/healthz", *many, end=""))
    assert b" 431 " in refused or refused == b"reset"
    # One line that does not end: the parser keeps all of it and tells nobody.
    refused = await say(served, head("/healthz", end="") + "X: " + "b" * 100_000)
    assert b" 431 " in refused or refused == b"reset"
    # Half a head, and nothing at all: closed without a word.
    assert await say(served, head("/healthz", end="")) == b""
    assert await say(served, "") == b""
    # The second request of a connection has no more time than the first.
    assert (await say(served, head("/healthz") + head("/healthz", end=""))).count(b"200") == 1


async def test_a_handshake_that_cannot_be_read_is_answered(site: Site) -> None:
    served = site.served
    rooms = "&room=idea:1" * 3_000
    answer = await say(served, head(f"/live?cursor=1{rooms}", UPGRADE.rstrip()))
    assert answer.startswith(b"HTTP/1.1 414 ")
    lines = [f"X-{number}: 1" for number in range(300)]
    answer = await say(served, head("/live?room=ideas", UPGRADE.rstrip(), *lines))
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("cursor", ["99999999999999999999", "9223372036854775808", "abc", "1.5"])
async def test_a_cursor_that_is_none_is_refused(site: Site, cursor: str) -> None:
    served = site.served
    with pytest.raises(InvalidStatus):
        async with served.listen("ideas", cursor=cursor):  # type: ignore[arg-type]
            pass


async def test_odd_rooms_are_no_rooms(site: Site) -> None:
    odd = ("idea:" + "9" * 3_000, "idea:%C2%B2", "idea:%00", "%00ideas", "idea:-1", "__class__:1")
    served = site.served
    for room in odd:
        async with served.listen(room, cursor=0) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 15)
            assert closed.value.rcvd and closed.value.rcvd.code == 4404, room


@pytest.mark.slow
@pytest.mark.parametrize("message", ["hello", b"\x00\xff", "{}", ["a", "b", "c"], "x" * 100_000])
async def test_pages_only_listen(site: Site, message: Any) -> None:
    """The first thing that a page says closes its socket; others go on."""
    idea = await site.another_idea()
    served = site.served
    ben = await served.sign_in(site.cast.ben)
    cursor = await served.cursor()
    async with (
        served.listen(f"idea:{idea}", cursor=cursor) as rude,
        served.listen(f"idea:{idea}", cursor=cursor) as other,
    ):
        with suppress(ConnectionClosed):
            await rude.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(rude.recv(), 15)
        assert closed.value.rcvd is None or closed.value.rcvd.code == 1008
        await served.post(f"/ideas/{idea}/vote", ben)
        await heard(other, f"idea-{idea}-support")


@pytest.mark.slow
@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG, Opcode.TEXT, Opcode.CONT])
async def test_a_flood_of_tiny_frames_keeps_nobody_waiting(
    site: Site, opcode: Opcode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Much at once is not even parsed, and its sender is gone."""
    idea = await site.another_idea()
    frame = Frame(opcode, b"x" if opcode is Opcode.TEXT else b"").serialize(mask=True)
    served = site.served
    async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
        parsed: list[bytes] = []
        monkeypatch.setattr(ServerProtocol, "receive_data", lambda _self, data: parsed.append(data))
        with suppress(ConnectionError):
            for _time in range(30):
                socket.transport.write(frame * 10_000)
                await asyncio.sleep(0)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 15)
        assert sum(map(len, parsed)) <= MOST_IN_WINDOW


@pytest.mark.slow
async def test_a_page_that_answers_pings_stays(site: Site) -> None:
    idea = await site.another_idea()
    served = site.served
    ben = await served.sign_in(site.cast.ben)
    async with served.listen(f"idea:{idea}", cursor=await served.cursor()) as socket:
        for _time in range(20):
            await (await socket.ping())
        await served.post(f"/ideas/{idea}/vote", ben)
        await heard(socket, f"idea-{idea}-support")


async def test_many_rooms_are_a_few(site: Site) -> None:
    idea = await site.another_idea()
    served = site.served
    names = [f"idea:{10**6 + number}" for number in range(100)]
    async with served.listen(*names, f"idea:{idea}", cursor=0) as socket:
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 15)


async def test_who_reads_nothing_costs_no_more_than_a_queue() -> None:
    listener, rooms = Listener(("idea:1",), None, None), Rooms()
    rooms.join(listener)
    for number in range(QUEUE_SIZE * 20):
        listener.send("x" * 100)
        assert listener.queue.qsize() <= QUEUE_SIZE, number


async def test_requests_that_wait_on_one_connection_are_few(site: Site) -> None:
    """Thousands fit into one packet, and each takes memory and a turn."""
    served = site.served
    answer = await say(served, head("/healthz") * 2_000)
    assert b" 429 " in answer or answer in {b"", b"reset"}
    assert answer.count(b" 200 ") == 0
    assert b" 200 " in await say(served, head("/healthz") * 20)


@pytest.mark.slow
async def test_line_ends_keep_no_connection_open(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_http, "HEAD_SECONDS", 0.5)
    served = site.served
    reader, writer = await asyncio.open_connection("127.0.0.1", served.config.port)
    writer.write(head("/healthz").encode())
    async with asyncio.timeout(15):
        while not reader.at_eof():
            with suppress(ConnectionError):
                writer.write(b"\r\n")
                await writer.drain()
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(4_096), 0.1)
    writer.close()
