"""Answers people who are signed in with shared pages, and keeps those that are rendered for one.

What is a viewer's own is put in for each answer, by as many queries as the page has kinds of it.
"""

from collections.abc import Callable
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from ideahub.core.connection_queue import QueueTimeout
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database
from ideahub.core.languages import change_language
from ideahub.core.viewer import FindViewer, RememberedViewer, Viewer
from ideahub.http.acting import ACTED_COOKIE
from ideahub.http.compressing import accepts_gzip, compressed_headers
from ideahub.http.kept_pages import KeptPages
from ideahub.http.own_parts import own_context
from ideahub.http.pages import PRIVATE, vary
from ideahub.http.requests import LIVE_COPY
from ideahub.http.serving_kept import MOST_WAITS, PageRequest, Rendering, asked_for_page
from ideahub.http.shared_pages import SHARED, SharedPage, key_of
from ideahub.http.shared_texts import FilledText
from ideahub.http.slots import Parts

# Whatever fails here fails again in the handler, which tells the person what to do.
FAULTS = (QueueTimeout, *ANY_FAULT)
TYPE = (b"content-type", b"text/html; charset=utf-8")


class ServeShared:
    """ASGI layer that answers who is signed in with a shared page where there is one.

    `state` is the application's. Who has done something a moment ago is passed on: a page that was
    rendered before may not show it yet.
    """

    def __init__(
        self,
        app: ASGIApp,
        state: Any,
        *,
        is_current: Callable[[], bool],
        session_cookie: str,
    ) -> None:
        self.app = app
        self._pages: KeptPages[SharedPage] = state.shared_pages
        self._database: Database = state.database
        self._find: FindViewer = state.find_viewer
        self._find_unused: FindViewer = state.find_unused_viewer
        self._remembered: RememberedViewer = state.remembered_viewer
        self._parts: Parts = state.parts
        self._is_current = is_current
        self._session_cookie = session_cookie
        self._rendering = Rendering()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or passes the request on."""
        asked = asked_for_page(scope) if self._is_current() else None
        viewer = await self._viewer(asked) if asked else None
        if scope["type"] != ScopeType.HTTP or asked is None or viewer is None:
            await self.app(scope, receive, send)
            return
        key = key_of(scope, asked.theme, viewer)
        for _time in range(MOST_WAITS):
            kept = self._pages.find(key)
            if kept and viewer.id in kept.apart:
                break
            if kept and await self._answer(kept, viewer, scope, asked, send):
                return
            if not await self._rendering.by_another(key):
                break
        since, state = self._pages.heard, scope.setdefault("state", {})
        with self._rendering.of(key) as done:
            await self.app(scope, receive, send)
            rendered: SharedPage | None = state.get(SHARED)
            # Meanwhile they may have got a role, and been shown more than others with the same key.
            if rendered and rendered.key == key:
                self._pages.keep(key, rendered, since)
                done()

    async def _viewer(self, asked: PageRequest) -> Viewer | None:
        """Who asks, if they are signed in and may be answered with a shared page."""
        secret = asked.cookies.get(self._session_cookie)
        if not secret or ACTED_COOKIE in asked.cookies:
            return None
        viewer = self._remembered(secret)
        if viewer is None:
            try:
                async with self._database.quick_reading() as db:
                    by_itself = LIVE_COPY.encode() in asked.headers
                    find = self._find_unused if by_itself else self._find
                    viewer = await find(db, secret)
            except FAULTS:
                return None
        if not viewer.signed_in:
            return None
        change_language(viewer.language)
        return viewer

    async def _answer(
        self, kept: SharedPage, viewer: Viewer, scope: HTTPScope, asked: PageRequest, send: Send
    ) -> bool:
        """Answers with the page; False, with nothing sent, where the database fails."""
        try:
            async with self._database.quick_reading() as db:
                filled = await kept.text.filled(own_context(db, viewer, self._parts, scope))
        except FAULTS:
            return False
        await _send(filled, asked, send)
        return True


async def _send(filled: FilledText, asked: PageRequest, send: Send) -> None:
    etag = filled.etag.encode()
    headers = [
        (b"vary", vary().encode()),
        (b"cache-control", PRIVATE.encode()),
        (b"etag", etag),
    ]
    status, body = 304, b""
    if asked.headers.get(b"if-none-match") != etag:
        status, headers = 200, [*headers, TYPE]
        if accepts_gzip(asked.headers):
            body = filled.gzipped
            headers = compressed_headers(headers, len(body))
        else:
            body = filled.raw
            headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
