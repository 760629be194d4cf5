"""Cookies: reading what a browser sent, and giving it one to keep."""

from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection

from ideahub.core.config import Config


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


def session_cookie(config: Config) -> str:
    """The name of the cookie; the prefix makes browsers refuse it over plain http."""
    return "__Host-ideahub" if config.secure else "ideahub"


def known_cookie(config: Config) -> str:
    """The name of the cookie by which a browser is known again; it opens nothing."""
    return "__Host-known" if config.secure else "ideahub_known"


def set_cookie(
    response: Response[Any], config: Config, name: str, value: str, seconds: int
) -> None:
    """Puts a cookie into the answer that this site alone gets back; `seconds` 0 deletes it."""
    # Deleting too must say Secure and path, else browsers keep a cookie whose name is __Host-.
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        secure=config.secure,
        samesite="lax",
    )
