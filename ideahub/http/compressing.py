"""Compresses pages and other texts on their way out.

Our own: the framework's middleware compresses through a buffer and costs twice as much.
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

# A text smaller than this fits into one packet anyway.
LEAST_BYTES = 1_000
# Level 1 costs 50 µs for 28 kB; higher ones several times as much, for a tenth less.
QUICKLY = 1
TEXTS = (b"text/", b"application/json", b"application/xml")
_ASKED = re.compile(rb"([a-z-]+)\s*(?:;\s*q=([0-9.]+))?\s*(?:,|$)", re.IGNORECASE)


class Compress:
    """ASGI layer that compresses texts that are sent as a whole, for clients that accept gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and compresses the answer."""
        if scope["type"] != ScopeType.HTTP or not accepts_gzip(dict(scope["headers"])):
            await self.app(scope, receive, send)
            return
        held: Any = None

        async def send_compressed(message: Message) -> None:
            # The headers wait for the body, whose length they tell.
            nonlocal held
            if message["type"] == "http.response.start" and _is_text(message["headers"]):
                held = message
                return
            if held is not None and message["type"] == "http.response.body":
                body = message["body"]
                if not message.get("more_body") and len(body) >= LEAST_BYTES:
                    body = compress(body, QUICKLY)
                    held["headers"] = compressed_headers(held["headers"], len(body))
                    message = {**message, "body": body}
                await send(held)
                held = None
            await send(message)

        await self.app(scope, receive, send_compressed)


def accepts_gzip(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a client takes gzip, by its request's headers."""
    return b"gzip" in accepted(headers)


def accepted(headers: Mapping[bytes, bytes]) -> set[bytes]:
    """The names of the encodings that a client takes, by its request's headers."""
    asked = _ASKED.findall(headers.get(b"accept-encoding", b""))
    return {name.lower() for name, quality in asked if (quality or b"1").strip(b"0.")}


def compress(body: bytes, level: int) -> bytes:
    """The body in gzip's format; the same bytes for the same body, whenever it is compressed."""
    return gzip.compress(body, compresslevel=level, mtime=0)


def compressed_headers(
    headers: Iterable[tuple[bytes, bytes]], length: int
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer whose body is compressed now, to `length` bytes."""
    kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return [
        *((name, _varying(value) if name.lower() == b"vary" else value) for name, value in kept),
        (b"content-encoding", b"gzip"),
        (b"content-length", b"%d" % length),
        *(() if any(name.lower() == b"vary" for name, _value in kept) else (VARY,)),
    ]


VARY = (b"vary", b"Accept-Encoding")


def _varying(value: bytes) -> bytes:
    return value + b", " + VARY[1]


def _is_text(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    given = {name.lower(): value for name, value in headers}
    return b"content-encoding" not in given and given.get(b"content-type", b"").startswith(TEXTS)
