"""How a server that stops takes leave of its connections, so that no request is lost."""

import asyncio
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ideahub.server.bounded_http import BoundedHttpProtocol

LINGER_SECONDS = 1.0
STOPPED = (
    b"This site was stopped before it was done with what you sent. It may be saved or not: open "
    b"the page again in a minute, and send it again if it is not there."
)
LAST_WORDS: Message = {"type": "http.response.body", "body": STOPPED, "more_body": False}
HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", b"%d" % len(STOPPED)),
    (b"retry-after", b"10"),
    (b"connection", b"close"),
]


class LingeringHttpProtocol(BoundedHttpProtocol):
    """Does not close an open connection at once when the server stops.

    Uvicorn closes those on which no request is being answered, while a request may be under way to
    it already: that one would be lost. Here the next answer says that it is the last one
    (`Connection: close`); a connection without a request is closed a little later.
    """

    _is_last = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._application: ASGIApp = self.app
        self.app = self._answer

    def shutdown(self) -> None:
        """Lets the present or the next answer be the last one."""
        self._is_last = True
        if self._is_socket:
            # It waits for its turn; its page connects again, to the next process.
            self.transport.close()
        elif self._is_idle():
            self.loop.call_later(LINGER_SECONDS, self._close_unless_asked)
        else:
            super().shutdown()

    def on_headers_complete(self) -> None:
        """Says in the answer whether the connection is closed after it."""
        super().on_headers_complete()
        cycle: RequestResponseCycle | None = self.cycle
        if self._is_last and cycle is not None:
            cycle.keep_alive = False

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the application answer, or says 503 where the server gives the request up when it
        stops. Uvicorn would answer 500 then, and print it as an error of the application."""
        begun = False

        async def begin(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._application(scope, receive, begin)
        except asyncio.CancelledError:
            if begun:
                raise
            await send({"type": "http.response.start", "status": 503, "headers": HEADERS})
            await send(LAST_WORDS)

    def _close_unless_asked(self) -> None:
        if self._is_idle() and not self.transport.is_closing():
            self.transport.close()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete


async def accept_those_who_wait(
    sockets: Iterable[socket.socket], protocol: Callable[[], asyncio.Protocol], *, most: int
) -> None:
    """Accepts the connections that wait at these sockets, at most so many at each: they would be
    reset with its closing. Then closes the sockets."""
    loop = asyncio.get_running_loop()
    for listening in sockets:
        listening.setblocking(False)
        # Nobody waits any more where this ends early.
        with suppress(OSError):
            for _connection in range(most):
                waiting, _address = listening.accept()
                await loop.connect_accepted_socket(protocol, waiting)
        listening.close()
