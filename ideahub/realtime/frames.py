"""Sockets that take a frame as it is: encoded once for a room, written to each transport.

Sending the text to each socket by ASGI costs twice as much (9.5 against 22 ms for a thousand).
"""

from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

EXTENSION = "ideahub.frames"
UNREADABLE = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class FrameProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's protocol, which the socket's handler can find in its scope."""

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
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(UNREADABLE)
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
