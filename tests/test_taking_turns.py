"""Handshakes that come by the hundred: a few in each turn, so that nobody else waits for them."""

import asyncio
import socket
from typing import Any

import pytest

from ideahub.server import turns
from ideahub.server.turns import Turns
from tests.support.serving import Site
from tests.test_taking_leave import serving

MANY = 60
SOCKET = (
    b"GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2l4dGVlbiBieXRlcyBvaw==\r\n\r\n"
)
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def test_a_few_begin_in_each_turn_and_all_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_IN_TURN", 3)
    line, begun = Turns(), list[int]()
    for number in range(10):
        line.await_turn(lambda number=number: begun.append(number))  # type: ignore[misc]
    assert begun == []
    for so_far in (3, 6, 9, 10, 10):
        await asyncio.sleep(0)
        assert begun == list(range(so_far))
    line.await_turn(lambda: begun.append(10))
    await asyncio.sleep(0)
    assert begun[-1] == 10


async def test_one_that_fails_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_IN_TURN", 1)
    reported: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: reported.append(context["exception"]))
    line, begun = Turns(), list[int]()
    line.await_turn(lambda: begun.append(1 // 0))
    line.await_turn(lambda: begun.append(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    loop.set_exception_handler(None)
    assert begun == [2]
    assert isinstance(reported[0], ZeroDivisionError)


def sent_at_once(port: int, heads: list[bytes]) -> list[socket.socket]:
    """Connections on which these were sent before the server has accepted any."""
    opened = [socket.create_connection(("127.0.0.1", port)) for _head in heads]
    for connection, head in zip(opened, heads, strict=True):
        connection.sendall(head)
        connection.setblocking(False)
    return opened


@pytest.mark.slow
async def test_a_request_is_answered_while_sockets_wait(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "MOST_IN_TURN", 1)
    served, idea, loop = site.served, await site.another_idea(), asyncio.get_running_loop()
    cursor, rooms = await served.cursor(), served.app.state.hub.rooms
    async with served.listen(f"idea:{idea}", cursor=cursor):
        # Now it is known that everybody may listen.
        asked = f"/live?cursor={cursor}&room=idea:{idea}".encode()
        heads = [SOCKET.replace(b"/live", asked)] * MANY + [HEALTH]
        *sockets, health = sent_at_once(served.config.port, heads)
        assert (await loop.sock_recv(health, 100)).startswith(b"HTTP/1.1 200")
        assert len(rooms) <= MANY // 2
        for one in sockets:
            assert (await loop.sock_recv(one, 100)).startswith(b"HTTP/1.1 101")
        assert len(rooms) == MANY + 1
        for one in (*sockets, health):
            one.close()


async def test_a_server_that_stops_lets_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_IN_TURN", 0)
    async with serving() as (server, reader, writer):
        writer.write(SOCKET)
        await asyncio.sleep(0.1)
        server.should_exit = True
        async with asyncio.timeout(15):
            assert await reader.read() == b""
