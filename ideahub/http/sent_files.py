"""Reads and prepares a file that was sent with a form, before any transaction needs it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from ideahub.core.files.preparing import PreparedUpload
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid, TooMuch
from ideahub.core.stored_files import put_aside
from ideahub.http.pages import AnyRequest
from ideahub.http.receiving import SentFile
from ideahub.http.requests import database_of

# Bytes; far more than a file may have, so that the form itself can say that a file is too large.
# As much as the server takes of any body (server/bounded_http.py).
MOST_SENT = 256 * 1024 * 1024
# Checks the bytes of a file with its name, and converts it for storing; raises Invalid.
Prepare = Callable[[bytes, str], Awaitable[PreparedUpload]]


async def prepared_file(
    request: AnyRequest, sent: object, prepare: Prepare, most_bytes: int, too_large: str
) -> PreparedUpload:
    """The file that was sent, checked and ready to be kept; a large one lies in the storage, where
    there is one. To be called in no transaction, so that none waits for it.

    Raises Invalid where it is no file, what `prepare` raises, Busy where the storage is away, and
    TooMuch with `too_large` for a file of which only a part was read.
    """
    if not isinstance(sent, SentFile):
        raise Invalid(_("Choose a file."))
    if sent.is_cut:
        raise TooMuch(too_large)
    prepared = await prepare(await sent.read(most_bytes + 1), sent.filename)
    stored_as = await put_aside(database_of(request), prepared.content)
    return replace(prepared, stored_as=stored_as)
