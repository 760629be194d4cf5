"""Sockets that take a frame as it is: encoded once for a room, written to each transport.

Sending the text to each socket by ASGI costs twice as much (9.5 against 22 ms for a thousand).
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request

EXTENSION = "ideahub.frames"
# A page answers a ping of ours every twenty seconds, with ten bytes, and says goodbye once.
WINDOW_SECONDS = 10.0
MOST_IN_WINDOW = 1_000
UNREADABLE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class FrameProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's protocol, which the socket's handler can find in its scope.

    Pages only listen. Whoever sends data, or more than a page ever would, is shut out before
    it is parsed: frames of one byte would keep everyone else waiting.
    """

    _window_began = 0.0  # seconds, by the loop's clock
    _heard = 0  # bytes since then

    def handle_connect(self, event: Request) -> None:
        """Puts itself into the scope before the handler has its first turn."""
        super().handle_connect(event)
        scope: dict[str, Any] | None = getattr(self, "scope", None)
        if scope is not None:
            scope.setdefault("extensions", {})[EXTENSION] = self

    def data_received(self, data: bytes) -> None:
        """Closes where the handshake cannot be read: too long a line, too many of them.

        Otherwise such a connection would stay open unanswered for as long as the client likes.
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
        """Shuts out whoever sends a message."""
        self._shut_out()

    def handle_bytes(self, event: Frame) -> None:
        """Shuts out whoever sends a message."""
        self._shut_out()

    def handle_cont(self, event: Frame) -> None:
        """What follows the beginning of a message that was refused."""

    def _shut_out(self) -> None:
        if self.close_sent:
            return
        self.conn.fail(CloseCode.POLICY_VIOLATION, "pages only listen")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()

    def write_frame(self, frame: bytes) -> bool:
        """Writes a whole frame; False where the socket cannot take it without waiting."""
        if not self.handshake_complete or self.close_sent or self.disconnected:
            return False
        if not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True


def encode(message: str) -> bytes:
    """The message as one unmasked text frame; valid where no extension was agreed on."""
    return Frame(Opcode.TEXT, message.encode()).serialize(mask=False, extensions=[])


def frames_of(scope: Any) -> FrameProtocol | None:
    """The protocol behind a socket's scope; None under another server."""
    return cast(FrameProtocol | None, (scope.get("extensions") or {}).get(EXTENSION))
