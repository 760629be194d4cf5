"""Marks a browser in which somebody has just done something.

Whoever acts wants to see at once what they did. Kept pages are dropped when a process hears of a
deed, which takes a moment, and the next request may reach another process: so for as long as a kept
page may be old, who has acted is shown none.
"""

from litestar.types import Message, Scope

from ideahub.core.viewer import STRANGER
from ideahub.http.guard import SAFE_METHODS
from ideahub.http.kept_pages import KEPT_SECONDS

ACTED_COOKIE = "ideahub_acted"
_HEADER = (
    b"set-cookie",
    f"{ACTED_COOKIE}=1; HttpOnly; Max-Age={KEPT_SECONDS:.0f}; Path=/; SameSite=Lax".encode(),
)


async def mark_acted(message: Message, scope: Scope) -> None:
    """Sets the cookie with the answer to a deed of somebody who is signed in."""
    if message["type"] != "http.response.start" or scope.get("method", "GET") in SAFE_METHODS:
        return
    viewer = scope.get("state", {}).get("viewer", STRANGER)
    # Whoever signs out is a stranger then, and gets what all of them get.
    stays = all(name.lower() != b"clear-site-data" for name, _value in message["headers"])
    if message["status"] < 400 and viewer.signed_in and stays:
        message["headers"] = [*message["headers"], _HEADER]
