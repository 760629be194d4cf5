"""Tells the page's script which form was accepted, so that it forgets its own copy of it."""

from http.cookies import SimpleCookie

from litestar.types import Message, Scope

ACCEPTED_COOKIE = "ideahub_accepted"


async def tell_accepted(message: Message, scope: Scope) -> None:
    """Names the draft of an accepted form in a cookie that scripts can read.

    A redirect after a signed-in person's deed is the only sign that a form without htmx was
    accepted; a script cannot see it, and the page it comes to next does not show it.
    """
    if message["type"] != "http.response.start" or message["status"] != 303:
        return
    draft = scope.get("state", {}).get("sent_draft", "")
    if draft:
        cookie: SimpleCookie = SimpleCookie({ACCEPTED_COOKIE: draft})
        cookie[ACCEPTED_COOKIE].update({"max-age": "60", "path": "/", "samesite": "lax"})
        header = (b"set-cookie", cookie[ACCEPTED_COOKIE].OutputString().encode())
        message["headers"] = [*message["headers"], header]
