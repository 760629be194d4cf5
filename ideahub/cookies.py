"""The cookies that a browser sent."""

from typing import Any

from litestar.connection import ASGIConnection


def read_cookies(connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, str]:
    """The cookies by name, as this browser sent them."""
    return cookies_in(connection.headers.get("cookie", ""))


def cookies_in(line: str) -> dict[str, str]:
    """The cookies by name; of two with one name the first, which is the one meant for this path.

    Not the framework's reader: it decodes by the standard library, which takes seconds for a
    long line before the fix of CVE-2024-7592, and it remembers a thousand lines, secrets and all.
    """
    found: dict[str, str] = {}
    for pair in line.split(";"):
        name, _separator, value = pair.strip().partition("=")
        found.setdefault(name, value.strip('"'))
    return found
