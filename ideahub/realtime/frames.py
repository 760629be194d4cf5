"""WebSockets that send a frame which is encoded only once for all sockets of a room.

Sending the text to each socket by ASGI costs twice as much (22 ms instead of 9.5 for a thousand).
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request

EXTENSION = "ideahub.frames"
# In this time a page sends some ten bytes: a pong every twenty seconds, and one close frame.
WINDOW_SECONDS = 10.0
MOST_IN_WINDOW = 1_000
UNREADABLE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class FrameProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket protocol, which the handler can find in its scope to write frames.

    Pages only listen. A client that sends messages, or more bytes than a page ever does, is
    disconnected: parsing many frames of one byte would keep everyone else waiting.
    """

    _window_began = 0.0  # seconds, by the loop's clock
    _heard = 0  # bytes since then

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

    def write_frame(self, frame: bytes) -> bool:
        """Writes a whole frame; returns False, without writing, where it would have to wait."""
        if not self.handshake_complete or self.close_sent or self.disconnected:
            return False
        if not self.writable.is_set() or self.transport.is_closing():
            return False
        self.transport.write(frame)
        return True


def encode(message: str) -> bytes:
    """The message as one unmasked text frame, for sockets without extensions (compression)."""
    return Frame(Opcode.TEXT, message.encode()).serialize(mask=False, extensions=[])


def frames_of(scope: Any) -> FrameProtocol | None:
    """The protocol of a socket, by its ASGI scope; None under a server other than ours."""
    return cast(FrameProtocol | None, (scope.get("extensions") or {}).get(EXTENSION))
