"""Checks addresses of other sites that people type."""

import re
from urllib.parse import urlsplit

_STRANGE = re.compile(r"[\x00-\x20\x7f\\<>\"]")


def is_https(url: str) -> bool:
    """Whether pages may lead to this address: https, a host with a dot, no name or password."""
    if _STRANGE.search(url):
        return False
    try:
        parts = urlsplit(url)
        # Reading the port fails for one that is no number.
        known = parts.hostname or ""
        is_plain = parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        return False
    return parts.scheme == "https" and "." in known.strip(".") and is_plain
