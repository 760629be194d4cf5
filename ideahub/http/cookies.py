"""Reads and sets cookies."""

from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection

from ideahub.core.config import Config


def read_cookies(connection: ASGIConnection[Any, Any, Any, Any]) -> dict[str, str]:
    """The request's cookies by name, see `cookies_in`."""
    return cookies_in(connection.headers.get("cookie", ""))


def cookies_in(line: str) -> dict[str, str]:
    """The cookies of a Cookie header by name; of two with one name, the first: browsers send the
    cookie with the longest path first (RFC 6265, 5.4).

    Not the framework's reader: it decodes with the standard library, which takes seconds for a
    long line before the fix of CVE-2024-7592, and it caches a thousand lines with their secrets.
    """
    found: dict[str, str] = {}
    for pair in line.split(";"):
        name, _separator, value = pair.strip().partition("=")
        found.setdefault(name, value.strip('"'))
    return found


def session_cookie(config: Config) -> str:
    """The name of the session's cookie; browsers refuse the prefix __Host- over plain http."""
    return "__Host-ideahub" if config.secure else "ideahub"


def known_cookie(config: Config) -> str:
    """The name of the cookie that recognises a browser after signing out; it signs nobody in."""
    return "__Host-known" if config.secure else "ideahub_known"


def kept_cookie(config: Config) -> str:
    """The name of the cookie by which a browser finds the forms that wait for a sign-in."""
    return "__Host-kept" if config.secure else "ideahub_kept"


def set_cookie(
    response: Response[Any], config: Config, name: str, value: str, seconds: int
) -> None:
    """Sets a cookie for this host only, which scripts cannot read; `seconds` 0 deletes it."""
    # Deleting needs Secure and path too, else browsers keep a cookie whose name begins __Host-.
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=config.secure,
        samesite="lax",
    )
