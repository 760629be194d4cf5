"""Holds open sockets, as browsers with an open page do, and notes when each push has arrived.

A process of its own, told what to do line by line: python -m tests.bench.listeners PORT NUMBER
"""

import asyncio
import sys
import time
from base64 import b64encode
from collections import Counter
from random import Random
from typing import Any

import msgspec
import uvloop

from tests.bench.asking import HOST

# Strangers of one network may have 500 sockets; so each so many come from an address of their own.
FROM_ONE_ADDRESS = 400
# As long as a browser waits before it tries again; each waits for a part of it.
RETRY_SECONDS = 2.0
TEXT, CLOSE, PING = 1, 8, 9
HANDSHAKE = "\r\n".join(
    (
        f"Host: {HOST}",
        f"Origin: https://{HOST}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {b64encode(b'sixteen bytes ok').decode()}",
    )
)
EMPTY_PONG = b"\x8a\x80\0\0\0\0"


class Opened(msgspec.Struct):
    """When the last of the sockets was open, and why some had to try again, how often: the status
    that they were answered with, or how the connection ended without an answer."""

    open: int
    last: float
    again: dict[str, int]


class Heard(msgspec.Struct):
    """How many sockets have the push, when the first and the last of them had all of it, and its
    text. Times are the machine's, which all its processes share (CLOCK_MONOTONIC)."""

    sockets: int
    first: float
    last: float
    text: str


class Crowd:
    """All sockets of this process."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.number = port, number
        self.sockets: set[Socket] = set()
        self.made = 0
        self.again = Counter[str]()
        self.chance = Random(number)
        self.forget()

    def forget(self) -> None:
        """What was heard before does not count."""
        self.times: list[float] = []
        self.text = b""

    async def open(self, path: str, many: int, cookies: list[str]) -> Opened:
        """Opens so many more, all at once, and tries again where one is not let in. They are those
        of the people with these cookies, who take turns; of strangers where there are none."""
        self.again.clear()
        handshake = f"GET {path} HTTP/1.1\r\n{HANDSHAKE}\r\n"
        people = [f"{handshake}Cookie: {one}\r\n\r\n".encode() for one in cookies]
        people = people or [f"{handshake}\r\n".encode()]
        await asyncio.gather(*(self._open(people[n % len(people)]) for n in range(many)))
        return Opened(len(self.sockets), time.monotonic(), dict(self.again))

    async def open_again(self, path: str, cookies: list[str]) -> Opened:
        """Loses all sockets and opens as many."""
        many = len(self.sockets)
        for socket in self.sockets:
            socket.transport.abort()
        self.sockets = set()
        self.made = 0
        return await self.open(path, many, cookies)

    async def _open(self, handshake: bytes) -> None:
        loop = asyncio.get_running_loop()
        place, self.made = self.made // FROM_ONE_ADDRESS, self.made + 1
        address = (f"127.{10 + self.number}.{place // 250}.{1 + place % 250}", 0)
        while True:
            try:
                made = loop.create_connection(
                    lambda: Socket(self, handshake), "127.0.0.1", self.port, local_addr=address
                )
                socket = (await made)[1]
                refused = await socket.admitted
                if refused is None:
                    self.sockets.add(socket)
                    return
            except OSError as fault:
                refused = type(fault).__name__
            self.again[refused] += 1
            await asyncio.sleep(RETRY_SECONDS * self.chance.random())

    async def heard(self, seconds: float) -> Heard:
        """Waits until each socket has heard a push, or for so long."""
        deadline = time.monotonic() + seconds
        while len(self.times) < len(self.sockets) and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        first, last = min(self.times, default=0.0), max(self.times, default=0.0)
        found = Heard(len(self.times), first, last, self.text.decode())
        self.forget()
        return found


class Socket(asyncio.Protocol):
    """An open page's socket."""

    def __init__(self, crowd: Crowd, handshake: bytes) -> None:
        self.crowd, self.handshake = crowd, handshake
        # None once it is, else why not.
        self.admitted: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.upgraded = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Asks to be let in."""
        self.transport = transport
        transport.write(self.handshake)

    def data_received(self, data: bytes) -> None:
        """Reads the answer to the handshake, then frames."""
        self.buffer += data
        if not self.upgraded:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if not end:
                return
            status = head.split(maxsplit=2)[1].decode()
            self.upgraded, self.buffer = status == "101", rest
            self._answer(None if self.upgraded else status)
        while self.upgraded and (frame := self._frame()):
            self._take(*frame)

    def connection_lost(self, exc: Exception | None) -> None:
        """Is not open any more."""
        self.crowd.sockets.discard(self)
        self._answer(type(exc).__name__ if exc else "closed")

    def _answer(self, refused: str | None) -> None:
        if not self.admitted.done():
            self.admitted.set_result(refused)

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame (RFC 6455, 5.2): its opcode and payload. A server masks none."""
        if len(self.buffer) < 2:
            return None
        size, start = self.buffer[1], 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self.buffer[2:start])
        if len(self.buffer) < start + size:
            return None
        opcode, payload = self.buffer[0] & 15, self.buffer[start : start + size]
        self.buffer = self.buffer[start + size :]
        return opcode, payload

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.crowd.times.append(time.monotonic())
            self.crowd.text = payload
        elif opcode == PING:
            # Masked with zeros, which is a mask.
            size = bytes([0x80 | len(payload)])
            self.transport.write(EMPTY_PONG[:1] + size + EMPTY_PONG[2:] + payload)
        elif opcode == CLOSE:
            self.transport.close()


async def obey(port: int, number: int) -> None:
    """Reads orders, a line of JSON each, and answers each with a line."""
    crowd, loop = Crowd(port, number), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
        name, *values = msgspec.json.decode(line)
        answer: Any = await getattr(crowd, name)(*values)
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(obey(int(sys.argv[1]), int(sys.argv[2])))
