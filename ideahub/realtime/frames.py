"""WebSockets whose handler returns while they stay open, and that are sent frames.

An open socket needs neither a task nor what the framework made for its handshake; what happens to
it is told to its `Keeper`.
"""

import logging
from typing import Any, Protocol, cast

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request
from websockets.protocol import Protocol as WebSocketParser
from websockets.protocol import State

from ideahub.realtime.encoding import OFFERED, SHARED, Frames

EXTENSION = "ideahub.frames"
# In this time a page sends some ten bytes: a pong every twenty seconds, and one close frame.
WINDOW_SECONDS = 10.0
MOST_IN_WINDOW = 1_000


class _NoQueue:
    """Stands for the queue of a handler that has returned."""

    def put_nowait(self, message: Any) -> None:
        """Forgets the message."""


NO_QUEUE: Any = _NoQueue()
UNREADABLE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Who is told what happens to an open socket."""

    def resume(self) -> None:
        """It can be written to again."""

    def gone(self) -> None:
        """It is closed."""


class FrameProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket protocol, which the handler can find in its scope to write frames.

    Pages only listen. A client that sends messages, or more bytes than a page ever does, is
    disconnected: parsing many frames of one byte would keep everyone else waiting.
    """

    _window_began = 0.0  # seconds, by the loop's clock
    _heard = 0  # bytes since then
    _keeper: Keeper | None = None
    # Whether its client understands what SHARED has compressed.
    _deflates = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.conn.available_extensions = [OFFERED]

    def handle_connect(self, event: Request) -> None:
        """Puts the protocol into the scope before the handler starts."""
        super().handle_connect(event)
        scope: dict[str, Any] | None = getattr(self, "scope", None)
        if scope is not None:
            scope.setdefault("extensions", {})[EXTENSION] = self

    def data_received(self, data: bytes) -> None:
        """Disconnects a client that sends too much, or a handshake that cannot be parsed.

        Uvicorn would leave a connection with such a handshake open, without an answer.
        """
        if self.handshake_initiated and self._is_too_much(data):
            self.transport.abort()
            return
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(UNREADABLE)
            self.transport.close()

    def _is_too_much(self, data: bytes) -> bool:
        now = self.loop.time()
        if now - self._window_began > WINDOW_SECONDS:
            self._window_began, self._heard = now, 0
        self._heard += len(data)
        return self._heard > MOST_IN_WINDOW

    def handle_text(self, event: Frame) -> None:
        """Disconnects the client: pages send no messages."""
        self._disconnect()

    def handle_bytes(self, event: Frame) -> None:
        """Disconnects the client: pages send no messages."""
        self._disconnect()

    def handle_cont(self, event: Frame) -> None:
        """Ignores the rest of a message whose first frame was refused."""

    def _disconnect(self) -> None:
        if self.close_sent:
            return
        self.conn.fail(CloseCode.POLICY_VIOLATION, "pages only listen")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()

    def keep(self, keeper: Keeper) -> None:
        """Keeps the accepted socket open when its handler returns; `keeper` is told when it is
        gone, which may be at once."""
        self._keeper = keeper
        self._deflates = SHARED in self.conn.extensions
        if self.disconnected:
            keeper.gone()
        self._forget_handshake()

    def _forget_handshake(self) -> None:
        """Nobody asks for it any more, and it is half of what a socket takes and of what the
        collector of garbage looks at while everybody waits."""
        for name in ("scope", "request", "response", "queue"):
            delattr(self, name)
        self.queue = NO_QUEUE
        # The parser that has read the handshake keeps it; one that begins here reads frames only.
        if self.conn.state is State.OPEN:
            self.conn.parser = WebSocketParser.parse(self.conn)
            next(self.conn.parser)

    async def run_asgi(self) -> None:
        """Runs the handler, and closes the socket afterwards unless it is kept."""
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            log.exception("A socket's handler failed")
            self.send_500_response()
        if self._keeper is None and self.close_timer is None:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells the keeper."""
        super().connection_lost(exc)
        if self._keeper is not None:
            self._keeper.gone()
            # Else these would refer to each other until the collector of garbage finds them.
            self._keeper = None
            self.conn.parser.close()

    def resume_writing(self) -> None:
        """Tells the keeper."""
        super().resume_writing()
        if self._keeper is not None:
            self._keeper.resume()

    @property
    def takes_more(self) -> bool:
        """Whether a frame would be sent at once."""
        if not self.handshake_complete or self.close_sent or self.disconnected:
            return False
        return self.writable.is_set() and not self.transport.is_closing()

    def write_shared(self, frames: Frames) -> bool:
        """`write_frame` for one that is written to many."""
        return self.write_frame(frames.deflated if self._deflates else frames.plain)

    def write_frame(self, frame: bytes) -> bool:
        """Writes a whole frame; returns False, without writing, where it would have to wait."""
        if not self.takes_more:
            return False
        self.transport.write(frame)
        return True

    def close(self, code: int) -> None:
        """Closes the socket with this code; drops the connection of a client that does not answer
        in some seconds."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.stop_keepalive()
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)


def frames_of(scope: Any) -> FrameProtocol:
    """The protocol of a socket, by its ASGI scope; raises KeyError under a server other than
    ours."""
    return cast(FrameProtocol, scope["extensions"][EXTENSION])
