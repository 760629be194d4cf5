"""Checks addresses of other sites that people type."""

import re
from urllib.parse import urlsplit

_STRANGE = re.compile(r"[\x00-\x20\x7f\\<>\"]")


def is_https(url: str) -> bool:
    """Whether pages may lead to this address: https, a host with a dot, no name or password."""
    return url.startswith("https://") and is_web_address(url)


def is_web_address(url: str) -> bool:
    """The same, also for http: such as of an older site."""
    if _STRANGE.search(url):
        return False
    try:
        parts = urlsplit(url)
        # Reading the port fails for one that is no number.
        is_plain = parts.username is None and parts.password is None and parts.port != 0
    except ValueError:
        return False
    has_host = "." in (parts.hostname or "").strip(".")
    return parts.scheme in {"https", "http"} and has_host and is_plain
