"""How a server that stops takes leave of its connections, so that no request is lost."""

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ideahub.server.bounded_http import BoundedHttpProtocol

LINGER_SECONDS = 1.0


class LingeringHttpProtocol(BoundedHttpProtocol):
    """Does not close an open connection at once when the server stops.

    Uvicorn closes those on which no request is being answered, while a request may be under way to
    it already: that one would be lost. Here the next answer says that it is the last one
    (`Connection: close`); a connection without a request is closed a little later.
    """

    _is_last = False

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

    def _close_unless_asked(self) -> None:
        if self._is_idle() and not self.transport.is_closing():
            self.transport.close()

    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete
