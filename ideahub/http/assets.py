"""Serves static files from memory; browsers may keep files with hashed names for ever."""

import gzip
import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from litestar.types import Receive, Scope, Send
from markupsafe import Markup

from ideahub.core.config import WEB
from ideahub.core.correctable import Correctable
from ideahub.http.compressing import accepted

STATIC = WEB / "static"
DIST = STATIC / "dist"
FOR_EVER = b"public, max-age=31536000, immutable"
AN_HOUR = b"public, max-age=3600"
# The ending of a built file that Brotli has packed, an eighth smaller than gzip does.
PACKED = ".br"


class NotBuilt(Correctable):
    """The assets are missing; the message says how to build them."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file, ready to be sent: plain, packed where that is worth it, with its headers."""

    body: bytes
    # By the name of its encoding, the smallest first.
    packed: dict[bytes, bytes]
    headers: tuple[tuple[bytes, bytes], ...]
    etag: bytes


@cache
def manifest() -> dict[str, str]:
    """Plain name → hashed name of every built file; raises NotBuilt."""
    try:
        names: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    except FileNotFoundError:
        raise NotBuilt("The assets are not built. Run `make assets` first.") from None
    return names


@cache
def icons() -> dict[str, Markup]:
    """Name → HTML of every icon in the build."""
    classes: dict[str, str] = json.loads((DIST / "icons.json").read_text())
    drawn = Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>')
    file = asset("icons.svg")
    return {name: drawn.format(classes[name], file, name) for name in classes}


def asset(name: str) -> str:
    """The address of a built file by its plain name; raises KeyError, NotBuilt."""
    return f"/static/{manifest()[name]}"


def icon(name: str) -> Markup:
    """An icon, hidden from screen readers: a text beside it has to say the same.

    Its shape is in a file that all pages share, so that each is drawn once and sent once.
    """
    return icons()[name]


@cache
def files() -> dict[str, StaticFile]:
    """Address below /static → file, for every static file; raises NotBuilt.

    Built files lie in a folder of their own, which is not part of their addresses: those of icons
    stand on a page a hundred times.
    """
    return {
        path.relative_to(DIST if DIST in path.parents else STATIC).as_posix(): _read(path)
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix != PACKED
    }


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    hashed = path.name in manifest().values()
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'.encode()
    headers = (
        (b"content-type", kind.encode()),
        (b"cache-control", FOR_EVER if hashed else AN_HOUR),
        (b"vary", b"accept-encoding"),
        (b"etag", etag),
    )
    return StaticFile(body, _packed(path, body), headers, etag)


def _packed(path: Path, body: bytes) -> dict[bytes, bytes]:
    built = path.with_name(path.name + PACKED)
    brotli = {b"br": built.read_bytes()} if built.exists() else {}
    small = gzip.compress(body, 9, mtime=0)
    return brotli | ({b"gzip": small} if len(small) < len(body) * 0.9 else {})


async def serve_static(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers GET below /static: 200, 304 or 404."""
    asked = dict(scope["headers"])
    found = files().get(scope["path"].removeprefix("/static").strip("/"))
    if found is None or scope["method"] != "GET":  # type: ignore[typeddict-item]
        await _answer(send, 404, [(b"content-type", b"text/plain")], b"Not found")
    elif asked.get(b"if-none-match") == found.etag:
        await _answer(send, 304, list(found.headers), b"")
    else:
        taken = accepted(asked)
        how = next((name for name in found.packed if name in taken), None)
        body = found.packed[how] if how else found.body
        encoding = [(b"content-encoding", how)] if how else []
        length = [(b"content-length", str(len(body)).encode())]
        await _answer(send, 200, [*found.headers, *encoding, *length], body)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
