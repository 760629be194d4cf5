"""People who vote, one after the other on each connection, and remember what they were answered.

A process of its own, so that it does not share a core with what measures:
python -m tests.bench.voters, with an Order as JSON on its input; it answers with a Tally.
"""

import asyncio
import sys
import time

import msgspec
import uvloop
from httptools import HttpResponseParser

from tests.bench.asking import HEADERS

ANSWER_SECONDS = 30.0
# As htmx sends it when the button is pressed.
PRESSED = HEADERS | {
    "Accept": "text/html",
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Content-Type": "application/x-www-form-urlencoded",
    "Content-Length": "0",
}


class Order(msgspec.Struct):
    """Who is to vote for what: the vote with number n is that of cookie n % people for the idea
    `idea` + n // people."""

    port: int
    cookies: list[str]
    idea: int
    connections: int
    seconds: float


class Tally(msgspec.Struct):
    """The numbers of the votes that were acknowledged, with the seconds that each took; how many
    were told to come back, were refused otherwise, or got no answer."""

    acknowledged: list[int]
    waited: list[float]
    shed: int
    refused: int
    unanswered: int
    seconds: float


class Booth:
    """Hands out the votes, in order, until the time is over."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.tally = Tally([], [], 0, 0, 0, 0.0)
        self.next = 0
        self.ends = time.monotonic() + order.seconds
        lines = "".join(f"{name}: {value}\r\n" for name, value in PRESSED.items())
        self.head = f"vote HTTP/1.1\r\n{lines}"

    def request(self) -> tuple[int, bytes] | None:
        """The number of the next vote and its request; None where the time is over."""
        if time.monotonic() > self.ends:
            return None
        number, self.next = self.next, self.next + 1
        further, person = divmod(number, len(self.order.cookies))
        cookie = self.order.cookies[person]
        path = f"POST /ideas/{self.order.idea + further}/"
        return number, f"{path}{self.head}Cookie: {cookie}\r\n\r\n".encode()


class Voter(asyncio.Protocol):
    """A connection, which is kept."""

    def __init__(self, booth: Booth) -> None:
        self.booth = booth
        self.done = asyncio.get_running_loop().create_future()
        self.number: int | None = None
        self.began = 0.0
        self.parser = HttpResponseParser(self)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Sends the first vote."""
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Reads an answer."""
        self.parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends; what was not answered is counted."""
        self.booth.tally.unanswered += self.number is not None
        if not self.done.done():
            self.done.set_result(None)

    def on_message_complete(self) -> None:
        """Notes the answer, and sends the next vote."""
        tally, status = self.booth.tally, self.parser.get_status_code()
        if status == 200 and self.number is not None:
            tally.acknowledged.append(self.number)
            tally.waited.append(time.monotonic() - self.began)
        tally.shed += status in {429, 503}
        tally.refused += status not in {200, 429, 503}
        self.number = None
        self._send()

    def _send(self) -> None:
        given = self.booth.request()
        if given is None:
            self.transport.close()
            return
        self.number, request = given
        self.began = time.monotonic()
        self.transport.write(request)


async def vote(order: Order) -> Tally:
    """Votes until the time is over and all that was sent is answered."""
    booth, loop = Booth(order), asyncio.get_running_loop()
    began = time.monotonic()
    voters = [
        (await loop.create_connection(lambda: Voter(booth), "127.0.0.1", order.port))[1]
        for _connection in range(order.connections)
    ]
    ending = [voter.done for voter in voters]
    _done, late = await asyncio.wait(ending, timeout=order.seconds + ANSWER_SECONDS)
    booth.tally.unanswered += len(late)
    booth.tally.seconds = time.monotonic() - began
    return booth.tally


def main() -> None:
    """Reads the order and writes the tally."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.stdout.buffer.write(msgspec.json.encode(runner.run(vote(order))))


if __name__ == "__main__":
    main()
