"""The server's HTTP protocol, with limits on the time and size of requests."""

import re
from asyncio import TimerHandle, Transport
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from httptools import HttpParserCallbackError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from ideahub.server.turns import Turns

HEAD_SECONDS = 15.0
# Requests on one connection. Browsers send one after the other; each that waits takes memory.
MOST_WAITING = 20
# In which the client has to read what is buffered for it, some 64 kB.
WRITE_SECONDS = 60.0
# Half a minute for a small form, and more for a large file, at the speed of a poor mobile network.
BODY_SECONDS = 30.0
SLOWEST_BYTES_PER_SECOND = 16_000
LOOK_SECONDS = 1.0
# What a route does not want of it is thrown away as it comes, so it takes no memory.
MOST_IN_BODY = 257 * 1024 * 1024
MOST_IN_HEAD = 64 * 1024
MOST_IN_COOKIE = 32 * 1024
MOST_IN_ADDRESS = 8 * 1024

HEAD_TOO_LARGE = (
    431,
    "Your browser sent too many cookies. Delete those of this site and try again.",
)
ADDRESS_TOO_LONG = (414, "This address is too long. Shorten it and try again.")
BODY_TOO_SLOW = (
    408,
    "What you sent took too long to arrive, so nothing was saved. Go back and send it again.",
)
TOO_MANY_WAITING = (429, "Too many requests at once on one connection. Send them one by one.")
BODY_TOO_LARGE = (
    413,
    (
        "That is too much to send at once, so nothing was saved. Go back, choose a smaller file, "
        "and send it again."
    ),
)
PROTOCOL_UNKNOWN = (400, "This asks for a protocol that is not spoken here. Nothing was saved.")
HOST_UNCLEAR = (400, "It is not clear which site this is for. Open its address again.")
PHRASES = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    414: "URI Too Long",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
}

HOST = re.compile(rb"([\w.-]*|\[[0-9a-f:.]+\])(:[0-9]*)?", re.ASCII | re.IGNORECASE)

Reason = tuple[int, str]
# Of each server, the pages that want to be told what happens.
TURNS: WeakKeyDictionary[ServerState, Turns] = WeakKeyDictionary()


class BoundedHttpProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol with limits on the time and size of a request's head and body.

    Uvicorn itself waits for the end of a request for ever and keeps a head of any size, so clients
    could hold connections and fill the memory.
    """

    _timer: TimerHandle | None = None
    _head_read = 0  # bytes that came since it began to wait for a head
    _head_kept = 0  # bytes of the head's names and values
    _hosts = 0  # Host headers; one that cannot be a host counts twice
    _body_read = 0
    _body_begun = 0.0  # seconds, by the loop's clock
    _refusal: Reason | None = None
    _writing: TimerHandle | None = None
    _is_socket = False
    _asked: tuple[RequestResponseCycle, ...] = ()  # those that are not answered yet

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Starts the time limit for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops all time limits, and answers nobody any more."""
        self._stop_waiting()
        self._forget_writing()
        # Uvicorn tells only the last one of several; the others would write to nobody, which fails.
        for cycle in self._asked:
            cycle.disconnected = True
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Starts the time limit for a client that does not read its answer."""
        super().pause_writing()
        if self._writing is None:
            self._writing = self.loop.call_later(WRITE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Stops that time limit: the client has read some of it."""
        self._forget_writing()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Refuses a head that becomes too large before it is complete."""
        super().data_received(data)
        if self._timer is None and self._is_free_to_answer() and not self._is_socket:
            # Line ends before a request do not begin one, but they stop uvicorn's idle timeout.
            self._await_head()
        if self._timer is not None and not self._body_begun:
            self._head_read += len(data)
            if self._head_read > MOST_IN_HEAD:
                self._refuse(HEAD_TOO_LARGE)

    def handle_websocket_upgrade(self) -> None:
        """Hands the connection over to the WebSocket protocol, when it is its turn."""
        self._is_socket = True
        self.transport.pause_reading()
        TURNS.setdefault(self.server_state, Turns()).await_turn(self._begin_socket)

    def _begin_socket(self) -> None:
        if not self.transport.is_closing():
            super().handle_websocket_upgrade()
            self.transport.resume_reading()

    # Called by the parser, in this order.

    def on_message_begin(self) -> None:
        """Starts the time limit for the head."""
        super().on_message_begin()
        self._head_kept = self._hosts = 0
        self._await_head()

    def on_url(self, url: bytes) -> None:
        """Refuses an address that is too long; it may come in several parts."""
        super().on_url(url)
        if len(self.url) > MOST_IN_ADDRESS:
            self._refuse_while_parsing(ADDRESS_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Refuses a head or cookie that is too large, counts hosts, and drops trailers."""
        self._head_kept += len(name) + len(value)
        lowered = name.lower()
        is_cookie = lowered == b"cookie"
        if self._head_kept > MOST_IN_HEAD or (is_cookie and len(value) > MOST_IN_COOKIE):
            self._refuse_while_parsing(HEAD_TOO_LARGE)
        if self._body_begun:
            # Trailers, which follow a body: uvicorn would add them to the head, which a proxy in
            # front has already checked without them.
            return
        if lowered == b"host":
            self._hosts += 1 if _is_host(value) else 2
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Checks the complete head, and starts the time limit for the body."""
        self._stop_waiting()
        if self._hosts > 1 or (self._hosts == 0 and self.parser.get_http_version() == "1.1"):
            self._refuse_while_parsing(HOST_UNCLEAR)
        # After an upgrade that is not accepted the parser reads the body as another protocol, or as
        # another request, which a proxy in front would not have checked (request smuggling).
        turns_away = self.parser.should_upgrade() and not self._should_upgrade()
        if turns_away and self.parser.get_method() not in {b"GET", b"HEAD"}:
            self._refuse_while_parsing(PROTOCOL_UNKNOWN)
        if len(self.pipeline) >= MOST_WAITING:
            self._refuse_while_parsing(TOO_MANY_WAITING)
        super().on_headers_complete()
        if self.cycle is not None:
            unanswered = (one for one in self._asked if not one.response_complete)
            self._asked = (*unanswered, self.cycle)
        if turns_away:
            self.cycle.keep_alive = False
        self._body_read = 0
        self._body_begun = self.loop.time()
        self._timer = self.loop.call_later(min(BODY_SECONDS, LOOK_SECONDS), self._look_at_body)

    def on_body(self, body: bytes) -> None:
        """Refuses a body that is too large."""
        self._body_read += len(body)
        if self._body_read > MOST_IN_BODY:
            self._refuse_while_parsing(BODY_TOO_LARGE)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stops the time limit of the body."""
        self._stop_waiting()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers why parsing stopped: by a limit here, or because it is no HTTP."""
        if self._refusal is None:
            super().send_400_response(msg)
        else:
            self._refuse(self._refusal)

    def _await_head(self) -> None:
        if self._timer is None:
            self._head_read = 0
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _look_at_body(self) -> None:
        may_take = BODY_SECONDS + self._body_read / SLOWEST_BYTES_PER_SECOND
        left = self._body_begun + may_take - self.loop.time()
        if self.flow.read_paused and left < BODY_SECONDS:
            # The server itself has paused reading, so this time does not count against the client.
            self._body_begun += BODY_SECONDS - left
            left = BODY_SECONDS
        if left > 0:
            self._timer = self.loop.call_later(min(left, LOOK_SECONDS), self._look_at_body)
        else:
            self._refuse(BODY_TOO_SLOW)

    def _stop_waiting(self) -> None:
        self._body_begun = 0.0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _forget_writing(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    def _refuse_while_parsing(self, reason: Reason) -> None:
        # The parser stops at an exception, and uvicorn then calls `send_400_response`.
        self._refusal = reason
        raise HttpParserCallbackError(reason[1])

    def _refuse(self, reason: Reason) -> None:
        if self._is_free_to_answer() and not self.transport.is_closing():
            self.transport.write(_answer(*reason))
        self._stop_waiting()
        self.transport.close()

    def _is_free_to_answer(self) -> bool:
        if self._body_begun:
            return not self.cycle.response_started
        # The request before this one may not have been answered yet.
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete


def _is_host(value: bytes) -> bool:
    # RFC 9112, 3.2, asks for 400 otherwise; the application would make wrong addresses of it.
    try:
        return bool(HOST.fullmatch(value)) and urlsplit(b"//" + value).port != 0
    except ValueError:  # a port or a number in brackets that cannot be
        return False


def _answer(status: int, sentence: str) -> bytes:
    text = sentence.encode()
    head = (
        f"HTTP/1.1 {status} {PHRASES[status]}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(text)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + text
