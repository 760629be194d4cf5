"""Taking in what browsers, and others, send as a form."""

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException

MOST_FIELDS = 2_000


async def receive_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The form as it was sent; raises what becomes 400 or 413 where it is none."""
    urlencoded = request.content_type[0] == RequestEncodingType.URL_ENCODED
    if urlencoded and (await request.body()).count(b"&") > MOST_FIELDS:
        # A million bytes hold half a million fields, which would keep everyone else waiting.
        raise ClientException(status_code=413)
    try:
        form = await request.form()
        for _name, value in form.multi_items():
            if isinstance(value, str):
                value.encode()
    except (UnicodeError, LookupError):
        # A part of a multipart form in an encoding that nobody knows, or not in the one it names,
        # or in one (UTF-7) that makes halves of characters, which no database takes.
        raise ClientException from None
    return form
