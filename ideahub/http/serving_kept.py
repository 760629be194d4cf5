"""Answers strangers with kept pages, and keeps those that they are the first to ask for.

In front of the framework: finding a handler and opening a session costs more than the whole answer.
"""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ideahub.core.languages import language
from ideahub.http.compressing import accepts_gzip, compress, compressed_headers
from ideahub.http.cookies import cookies_in
from ideahub.http.kept_pages import Headers, KeptPage, KeptPages
from ideahub.http.pages import CHANGED_IN, NOTICE_COOKIE, THEME_COOKIE

# It takes 1 ms for 60 kB; a kept page is sent many times.
LEVEL = 6
LONGEST_ADDRESS = 300
# Nothing of these is kept: strangers' copies of files are in their browsers.
NEVER = ("/static/", "/attachments/", "/live", "/healthz", "/readyz")
# How often a request waits for another that renders the same page, before it asks for itself.
MOST_WAITS = 3
NOT_MODIFIED = {b"etag", b"vary", b"cache-control"}

Key = tuple[str, bytes, str, str]
RequestHeaders = dict[bytes, bytes]


class ServeKept:
    """ASGI layer that answers with a kept page where there is one.

    Only GET without the session's cookie and without a notice to show is answered so, and only
    while `is_current` says that deeds are heard of; everything else is passed on. Many who ask for
    one page at once wait for one rendering of it.
    """

    def __init__(
        self,
        app: ASGIApp,
        pages: KeptPages,
        *,
        is_current: Callable[[], bool],
        session_cookie: str,
    ) -> None:
        self.app = app
        self.pages = pages
        self._is_current = is_current
        self._personal = frozenset({session_cookie, NOTICE_COOKIE})
        self._rendering: dict[Key, asyncio.Future[bool]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes the request on."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET" or not self._is_current():
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = self._key(scope, headers)
        if key is None:
            await self.app(scope, receive, send)
            return
        for _time in range(MOST_WAITS):
            if kept := self.pages.find(key):
                await _answer(kept, headers, send)
                return
            if key not in self._rendering or not await asyncio.shield(self._rendering[key]):
                # Nobody renders it, or it is not a page that is kept.
                break
        await self._render(key, scope, receive, send)

    def _key(self, scope: Scope, headers: RequestHeaders) -> Key | None:
        """What the page depends on; None where it must not be answered with a kept page."""
        path, query = scope["path"], scope["query_string"]
        if b"hx-request" in headers or len(path) + len(query) > LONGEST_ADDRESS:
            return None
        # What people search for is seldom searched for twice, and takes long to wait for.
        if path.startswith(NEVER) or b"q=" in query:
            return None
        theme = ""
        if line := headers.get(b"cookie"):
            cookies = cookies_in(line.decode("latin-1"))
            if not self._personal.isdisjoint(cookies):
                return None
            theme = cookies.get(THEME_COOKIE, "")[:10]
        return path, query, language(), theme

    async def _render(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        leads = key not in self._rendering
        if leads:
            self._rendering[key] = asyncio.get_running_loop().create_future()
        taker = PageTaker(scope, send)
        since = self.pages.heard
        try:
            await self.app(taker.scope, receive, taker.send)
            if taker.kept:
                self.pages.keep(key, taker.kept, since)
        finally:
            if leads:
                self._rendering.pop(key).set_result(taker.kept is not None)
        if taker.kept:
            await _answer(taker.kept, dict(scope["headers"]), send)


class PageTaker:
    """Holds back the answer to one request if it may be kept, and passes on any other.

    `scope` is the request without the copy that the browser has: the whole page is needed here.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self.kept: KeptPage | None = None
        self._state: dict[str, Any] = scope.setdefault("state", {})
        headers = [pair for pair in scope["headers"] if pair[0] != b"if-none-match"]
        self.scope: Scope = {**scope, "headers": headers}  # type: ignore[assignment]
        self._send = send
        self._start: Any = None

    async def send(self, message: Message) -> None:
        """Takes the messages of the answer."""
        if message["type"] == "http.response.start" and CHANGED_IN in self._state:
            self._start = message
        elif self._start is not None and message["type"] == "http.response.body":
            self.kept = _kept(self._state[CHANGED_IN], self._start["headers"], message["body"])
        else:
            await self._send(message)


def _kept(rooms: frozenset[str], headers: Headers, body: bytes) -> KeptPage:
    packed = compress(body, LEVEL)
    packed_headers = compressed_headers(headers, len(packed))
    return KeptPage(
        rooms=rooms,
        headers=packed_headers,
        not_modified=[pair for pair in packed_headers if pair[0].lower() in NOT_MODIFIED],
        etag=next(value for name, value in headers if name.lower() == b"etag"),
        body=packed,
    )


async def _answer(kept: KeptPage, asked: RequestHeaders, send: Send) -> None:
    status, headers, body = 200, kept.headers, kept.body
    if asked.get(b"if-none-match") == kept.etag:
        status, headers, body = 304, kept.not_modified, b""
    elif not accepts_gzip(asked):
        body = gzip.decompress(body)
        headers = [pair for pair in headers if pair[0] != b"content-encoding"]
        headers = [pair for pair in headers if pair[0] != b"content-length"]
        headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
