"""Answers strangers with kept pages, and keeps those that they are the first to ask for.

In front of the framework: finding a handler and opening a session costs more than the whole answer.
"""

import asyncio
import gzip
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from ideahub.core.languages import language
from ideahub.http.compressing import QUICKLY, accepts_gzip, compress, compressed_headers
from ideahub.http.cookies import cookies_in
from ideahub.http.kept_pages import Headers, KeptPage, KeptPages
from ideahub.http.pages import CHANGED_IN, NOTICE_COOKIE, THEME_COOKIE

# Takes 1 ms for 60 kB, three times as long as for the first who asks: for pages that are asked for
# again.
WELL = 6
LONGEST_ADDRESS = 300
# Nothing of these is kept: strangers' copies of files are in their browsers.
NEVER = ("/static/", "/attachments/", "/live", "/healthz", "/readyz")
# How often a request waits for another that renders the same page, before it asks for itself.
MOST_WAITS = 3
NOT_MODIFIED = {b"etag", b"vary", b"cache-control"}

RequestHeaders = dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page that may be kept: its headers and cookies, and the theme it is for."""

    headers: RequestHeaders
    cookies: dict[str, str]

    @property
    def theme(self) -> str:
        """The theme that the page is shown in."""
        return self.cookies.get(THEME_COOKIE, "")[:10]


def asked_for_page(scope: Scope) -> PageRequest | None:
    """The request, if it is for a page that may be answered with a kept one."""
    if scope["type"] != ScopeType.HTTP or scope["method"] != "GET":
        return None
    path, query, headers = scope["path"], scope["query_string"], dict(scope["headers"])
    if b"hx-request" in headers or len(path) + len(query) > LONGEST_ADDRESS:
        return None
    # What people search for is seldom searched for twice, and takes long to wait for.
    if path.startswith(NEVER) or b"q=" in query:
        return None
    cookies = cookies_in(headers.get(b"cookie", b"").decode("latin-1"))
    return None if NOTICE_COOKIE in cookies else PageRequest(headers, cookies)


class Rendering:
    """The pages that are being rendered, so that others who ask for one wait for it."""

    def __init__(self) -> None:
        self._pages: dict[Hashable, asyncio.Future[bool]] = {}

    async def by_another(self, key: Hashable) -> bool:
        """Waits for another request that renders this page; False where there is none, and where
        the page turned out to be none that is kept."""
        under_way = self._pages.get(key)
        return under_way is not None and await asyncio.shield(under_way)

    @contextmanager
    def of(self, key: Hashable) -> Iterator[Callable[[], None]]:
        """The time in which the caller renders the page, who calls what this gives once it is
        kept. Where another renders it already, nobody waits for this one."""
        if key in self._pages:
            yield lambda: None
            return
        ended = self._pages[key] = asyncio.get_running_loop().create_future()
        kept: list[bool] = []
        try:
            yield lambda: kept.append(True)
        finally:
            del self._pages[key]
            ended.set_result(bool(kept))


class ServeKept:
    """ASGI layer that answers with a kept page where there is one.

    Only who has no cookie of a session is answered so, and only while `is_current` says that deeds
    are heard of; everything else is passed on. Many who ask for one page at once wait for one
    rendering of it.
    """

    def __init__(
        self,
        app: ASGIApp,
        pages: KeptPages[KeptPage],
        *,
        is_current: Callable[[], bool],
        session_cookie: str,
    ) -> None:
        self.app = app
        self.pages = pages
        self._is_current = is_current
        self._session_cookie = session_cookie
        self._rendering = Rendering()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes the request on."""
        asked = asked_for_page(scope) if self._is_current() else None
        if asked is None or self._session_cookie in asked.cookies:
            await self.app(scope, receive, send)
            return
        key = scope["path"], scope["query_string"], language(), asked.theme
        for _time in range(MOST_WAITS):
            if kept := self.pages.find(key):
                await _answer(self._well(key, kept), asked.headers, send)
                return
            if not await self._rendering.by_another(key):
                break
        taker, since = PageTaker(scope, send), self.pages.heard
        with self._rendering.of(key) as done:
            await self.app(taker.scope, receive, taker.send)
            if taker.kept:
                self.pages.keep(key, taker.kept, since)
                done()
        if taker.kept:
            await _answer(taker.kept, asked.headers, send)

    def _well(self, key: Hashable, kept: KeptPage) -> KeptPage:
        """The page that is asked for once more, compressed well."""
        if kept.well:
            return kept
        body = compress(gzip.decompress(kept.body), WELL)
        others = [pair for pair in kept.headers if pair[0] != b"content-length"]
        headers = [*others, (b"content-length", b"%d" % len(body))]
        better = replace(kept, body=body, headers=headers, well=True)
        self.pages.replace(key, kept, better)
        return better


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
    packed = compress(body, QUICKLY)
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
