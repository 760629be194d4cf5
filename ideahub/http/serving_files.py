"""Answers with files that people have sent, from the database or the storage beside it."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.response import Stream

from ideahub.core.file_store import StorageAway
from ideahub.core.refusals import NotFound
from ideahub.core.stored_files import away
from ideahub.http.pages import AnyRequest
from ideahub.http.requests import database_of

log = logging.getLogger(__name__)

# A browser that takes the bytes for a page runs and loads nothing.
SANDBOX = "default-src 'none'; sandbox"


async def file_answer(
    request: AnyRequest,
    *,
    etag: str,
    media_type: str,
    file_name: str,
    content: Callable[[], Awaitable[bytes]],
    stored_as: str | None = None,
    size: int = 0,
    inline: bool = False,
) -> Response[Any]:
    """The file; 304 where the browser has it. `content` gives its bytes where it does not lie in
    the storage. Only pictures that were drawn anew may be shown `inline`."""
    how = "inline" if inline else "attachment"
    headers = {
        "ETag": f'"{etag}"',
        # Browsers ask again each time, as it may have been removed, or be open to them no longer.
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie",
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file_name, safe='')}",
        "Content-Security-Policy": SANDBOX,
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    if stored_as:
        pieces = await _stored(request, stored_as)
        headers["Content-Length"] = str(size)
        return Stream(pieces, media_type=media_type, headers=headers)
    return Response(await content(), media_type=media_type, headers=headers)


async def _stored(request: AnyRequest, name: str) -> AsyncIterator[bytes]:
    store = database_of(request).files
    if store is None:
        log.warning("A file cannot be read: IDEAHUB_FILES_URL is not set")
        raise away()
    try:
        return await store.open(name)
    except FileNotFoundError:
        raise NotFound from None
    except StorageAway as problem:
        log.warning("A file cannot be read: %s", problem)
        raise away() from None


async def stored_bytes(request: AnyRequest, name: str) -> bytes:
    """A whole file of the storage, for where it is not sent as it lies there."""
    return b"".join([piece async for piece in await _stored(request, name)])
