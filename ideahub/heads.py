"""The server's HTTP protocol, firm with clients that never finish asking."""

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0
MOST_IN_HEAD = 64 * 1024
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class HeadProtocol(HttpToolsProtocol):
    """Uvicorn's protocol, which waits for ever for the end of a head and keeps all of it.

    Here a head has some seconds to come in, and so much room: nobody holds a connection, or
    fills the memory, without having asked for anything.
    """

    _patience: TimerHandle | None = None
    _read = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begins to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self._forget_head()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begins to wait for the rest of a head."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._forget_head()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Refuses a head that has become too large."""
        super().data_received(data)
        if self._patience is not None:
            self._read += len(data)
            if self._read > MOST_IN_HEAD:
                self._forget_head()
                self.transport.write(TOO_LARGE)
                self.transport.close()

    def _await_head(self) -> None:
        if self._patience is None:
            self._read = 0
            self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _forget_head(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
