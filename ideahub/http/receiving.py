"""Reads the form that a request brings, within bounds."""

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

# All fields but files: room for three texts of 20,000 characters, at up to nine bytes each.
MOST_BYTES = 1_000_000
MOST_FIELDS = 2_000
# Of a file, in bytes, and how many files. What goes beyond is read and thrown away: so the words
# beside a file that is too large arrive, and the form itself can say that it is.
MOST_OF_FILE = 12 * 1024 * 1024
MOST_FILES = 3
ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1")
# Parsing more bytes than this takes a while, so it is done in a thread.
LONG = 100_000


async def receive_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Reads the form from the request and keeps it for `sent_form`; to be called once.

    Raises ClientException with status 400 where it cannot be read, 413 where it is too large.

    Not the framework's reader: it caches a thousand forms with their passwords, and reads texts
    of any length where a route accepts large files.
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
        # A part that is not in the encoding it names, or half a surrogate pair (as %ED%A0%80),
        # which cannot be stored.
        raise ClientException from None
    request.state.sent_form = FormMultiDict(fields)
    request.state.sent_bytes = size
    return sent_form(request)


def sent_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The form of this request, which `receive_form` has read before the handler is called."""
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
    # A million bytes can hold half a million fields, which take too long to parse.
    if body.count(b"&") > MOST_FIELDS:
        raise _too_large()
    return list(parse_qsl(body.decode("latin-1"), keep_blank_values=True))


def _too_large() -> ClientException:
    return ClientException(status_code=413)


class SentFile(UploadFile):
    """A file of which MOST_OF_FILE bytes are kept; `is_cut` where it had more."""

    def __init__(self, content_type: str, filename: str) -> None:
        super().__init__(content_type, filename)
        self.is_cut = False
        self._left = MOST_OF_FILE

    async def write(self, data: bytes | bytearray) -> int:
        """Adds what there is room for, and returns how much that was."""
        kept = data[: self._left]
        self.is_cut |= len(kept) < len(data)
        self._left -= len(kept)
        return await super().write(kept) if kept else 0


class _Parts:
    """Reads a multipart form: large files go to disk, texts stay within bounds."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, Any]] = []
        self.part: MultipartSegment | None = None
        self.text = bytearray()
        self.file: SentFile | None = None
        self.files = 0
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
            self.files += 1
            if self.files > MOST_FILES:
                raise _too_large()
            self.file = SentFile(part.content_type or "text/plain", part.filename)

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
    # Browsers name no encoding. Some others that Python knows take minutes (punycode).
    named = (part.charset or "utf-8").lower()
    if named not in ENCODINGS:
        raise ClientException
    return named


async def close_files(fields: Any) -> None:
    """Closes the uploaded files among the fields, which deletes them from disk."""
    for _name, value in fields:
        if isinstance(value, UploadFile):
            await value.close()
