"""Open pages that show what is pushed, as the page's script does: web/assets/js/live.js.

After each connection but the first, and when it is told to, a page asks for a copy of itself.
"""

import asyncio
import json
from collections import Counter
from contextlib import suppress
from html import unescape
from random import Random

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from tests.support.dom import Node, tree
from tests.support.open_pages import SOCKET, Page
from tests.support.wiring import NO_TLS

# Seconds, as in the script.
JITTER, AGAIN = 0.4, 5.0


class Watcher:
    """Somebody who has a page open; strangers have no secret."""

    def __init__(self, url: str, path: str, chance: Random, secret: str = "") -> None:
        self.page = Page("somebody" if secret else "stranger", path, strict=True)
        self.opened = 0
        # What its requests for copies were answered.
        self.statuses: Counter[int] = Counter()
        self._url = url
        self.secret = secret
        self._cookie = {"Cookie": f"ideahub={secret}"} if secret else {}
        self._chance = chance
        self._address = ""
        self._etag = ""
        # Set where a copy is to be asked for.
        self._wanted = asyncio.Event()
        # What was pushed since the copy was asked for that is on its way: id → how it was put in.
        self._pushed: dict[str, str] = {}

    async def stay(self) -> None:
        """Opens the page, and keeps it open until cancelled."""
        async with httpx.AsyncClient(base_url=self._url, verify=NO_TLS, timeout=20) as client:
            await self._open(client)
            copying = asyncio.create_task(self._take_copies(client))
            try:
                while True:
                    with suppress(OSError, WebSocketException):
                        await self._listen()
                    await asyncio.sleep(self._chance.uniform(0.1, 0.5))
            finally:
                copying.cancel()

    async def _open(self, client: httpx.AsyncClient) -> None:
        while True:
            with suppress(httpx.TransportError):
                answer = await self._ask(client)
                if answer.status_code == 200:
                    break
            await asyncio.sleep(0.2)
        found = SOCKET.search(answer.text)
        assert found, f"{self.page.url} is not live"
        self._address = self._url.replace("http", "ws", 1) + unescape(found[1])
        self.page.show(answer.text)

    async def _ask(self, client: httpx.AsyncClient) -> httpx.Response:
        known = {"If-None-Match": self._etag} if self._etag else {}
        answer = await client.get(self.page.url, headers=self._cookie | {"Live-Copy": "1"} | known)
        self.statuses[answer.status_code] += 1
        return answer

    async def _listen(self) -> None:
        async with connect(
            self._address,
            origin=Origin(self._url),
            additional_headers=self._cookie,
            # Browsers do not ask whether the other end is still there.
            ping_interval=None,
            open_timeout=20,
            close_timeout=1,
        ) as socket:
            self.opened += 1
            if self.opened > 1:
                self._wanted.set()
            async for message in socket:
                self._hear(str(message))

    def _hear(self, message: str) -> None:
        if message.startswith("{"):
            if "refresh" in json.loads(message):
                self._wanted.set()
            return
        # The page shows something else than the copy.
        self._etag = ""
        for envelope in tree(message).children:
            assert isinstance(envelope, Node)
            element = envelope.attributes["hx-target"].removeprefix("#")
            self._pushed[element] = envelope.attributes["hx-swap"]
        self.page.apply(message)

    async def _take_copies(self, client: httpx.AsyncClient) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(JITTER * self._chance.random())
            self._wanted.clear()
            self._pushed = {}
            if not await self._take_copy(client):
                await asyncio.sleep(AGAIN * (1 + self._chance.random()))
                self._wanted.set()

    async def _take_copy(self, client: httpx.AsyncClient) -> bool:
        """Returns whether there was an answer that says something about the page."""
        try:
            answer = await self._ask(client)
        except httpx.TransportError:
            return False
        if answer.status_code == 200:
            self._etag = answer.headers["etag"]
            if self._apply_copy(answer.text):
                self._wanted.set()
            if self._pushed:
                self._etag = ""
        return answer.status_code in {200, 304}

    def _apply_copy(self, html: str) -> bool:
        """Takes over each region of the copy, but what was pushed meanwhile; returns whether
        another copy is needed for the rest."""
        copy, again = tree(html), False
        for region in list(_outermost(self.page.root)):
            fresh = copy.find(region.attributes["id"])
            if fresh is None or self._pushed.get(region.attributes["id"], "").startswith("outer"):
                continue
            if any(region.find(part) for part in self._pushed):
                again = True
            else:
                _replace(region, fresh)
        return again


def _outermost(node: Node) -> "list[Node]":
    """The live regions that are in no other one."""
    if "data-live" in node.attributes and "id" in node.attributes:
        return [node]
    return [
        region for child in node.children if isinstance(child, Node) for region in _outermost(child)
    ]


def _replace(region: Node, fresh: Node) -> None:
    assert region.parent
    at = region.parent.children.index(region)
    fresh.parent = region.parent
    region.parent.children[at] = fresh
