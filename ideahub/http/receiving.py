"""Taking in what browsers, and others, send as a form."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

# Of everything but files: three texts of 20,000 characters, each of which may take nine bytes.
MOST_BYTES = 1_000_000
MOST_FIELDS = 2_000
ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1")
# Reading that much takes a while, which others need not wait for.
LONG = 100_000


async def receive_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Reads the form that was sent, once; raises what becomes 400 or 413 where it is none.

    Not the framework's reader: it keeps a thousand forms in memory, passwords and all, and
    takes in text of any length where a route lets large files pass.
    """
    kind = request.content_type[0]
    try:
        if kind == RequestEncodingType.URL_ENCODED:
            fields, size = await _read_urlencoded(request)
        elif kind == RequestEncodingType.MULTI_PART:
            parts = _Parts()
            fields = await parts.read(request)
            size = MOST_BYTES - parts.bytes_left
        else:
            fields, size = [], 0
        for _name, value in fields:
            if isinstance(value, str):
                value.encode()
    except (UnicodeError, MultipartError):
        # A part that is not in the encoding it names, or halves of characters (as %ED%A0%80),
        # which no database takes.
        raise ClientException from None
    request.state.sent_form = FormMultiDict(fields)
    request.state.sent_bytes = size
    return sent_form(request)


def sent_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The form that came with this request, as it was received before the handler was called."""
    form: FormMultiDict = request.state.sent_form
    return form


async def _read_urlencoded(
    request: Request[Any, Any, Any],
) -> tuple[list[tuple[str, Any]], int]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise _too_large()
    if len(body) > LONG:
        return await asyncio.to_thread(_parse_urlencoded, body), len(body)
    return _parse_urlencoded(body), len(body)


def _parse_urlencoded(body: bytearray) -> list[tuple[str, Any]]:
    # A million bytes hold half a million fields, which would keep everyone else waiting.
    if body.count(b"&") > MOST_FIELDS:
        raise _too_large()
    return list(parse_qsl(body.decode("latin-1"), keep_blank_values=True))


def _too_large() -> ClientException:
    return ClientException(status_code=413)


class _Parts:
    """The parts of a multipart form: files go to disk as they grow, texts stay within bounds."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, Any]] = []
        self.part: MultipartSegment | None = None
        self.text = bytearray()
        self.file: UploadFile | None = None
        self.bytes_left = MOST_BYTES

    async def read(self, request: Request[Any, Any, Any]) -> list[tuple[str, Any]]:
        boundary = request.content_type[1].get("boundary", "")
        try:
            with PushMultipartParser(boundary, max_segment_count=MOST_FIELDS) as parser:
                async for chunk in request.stream():
                    for event in parser.parse(chunk) if chunk and not parser.closed else ():
                        await self._take(event)
        except BaseException:
            await close_files(self.fields)
            await close_files([("", self.file)])
            raise
        return self.fields

    async def _take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._begin(event)
        elif event is None:
            await self._end()
        elif self.file is not None:
            await self.file.write(event)
        else:
            self._spend(len(event))
            self.text += event

    def _begin(self, part: MultipartSegment) -> None:
        self._spend(len(part.name) + len(part.filename or ""))
        self.part = part
        if part.filename:
            self.file = UploadFile(part.content_type or "text/plain", part.filename)

    async def _end(self) -> None:
        assert self.part is not None
        if self.file is not None:
            await self.file.seek(0)
            self.fields.append((self.part.name, self.file))
        else:
            self.fields.append((self.part.name, self.text.decode(_encoding(self.part))))
        self.text, self.file = bytearray(), None

    def _spend(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise _too_large()


def _encoding(part: MultipartSegment) -> str:
    # Browsers name none. Of the others that Python knows, some take minutes (punycode).
    named = (part.charset or "utf-8").lower()
    if named not in ENCODINGS:
        raise ClientException
    return named


async def close_files(fields: Any) -> None:
    """Gives the room on disk back that files took."""
    for _name, value in fields:
        if isinstance(value, UploadFile):
            await value.close()
