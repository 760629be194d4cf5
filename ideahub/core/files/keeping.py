"""Keeps a file that was sent in a row of its own: of an idea, a challenge, or an entry."""

import re
import secrets
from typing import Any

from ideahub.core.files.preparing import PreparedUpload
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid

# By which a file is served: nobody guesses it.
TOKEN = re.compile(r"[\w-]{32}", re.ASCII)


def must_have_size(data: bytes, most: int, too_large: str) -> None:
    """Raises Invalid for a file that is empty, or with `too_large` for one of more than `most`
    bytes."""
    if not data:
        raise Invalid(_("This file is empty. Choose another one."))
    if len(data) > most:
        raise Invalid(too_large)


def file_columns(prepared: PreparedUpload) -> dict[str, Any]:
    """The columns of a new row to which a prepared file belongs, with a token of its own; its bytes
    are in the row, unless they lie in the storage."""
    return {
        "token": secrets.token_urlsafe(24),
        "media_type": prepared.media_type,
        "file_name": prepared.file_name,
        "digest": prepared.digest,
        "size": len(prepared.content),
        "content": None if prepared.stored_as else prepared.content,
        "stored_as": prepared.stored_as,
    }
