"""Answers HEAD as GET, without the body: the same status and the same headers.

Here for all addresses at once, because the framework's handlers answer the methods they name and
no others. Link checkers, monitoring and caches ask with HEAD.
"""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Passes HEAD on as GET, and keeps back the body of the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything else on as it is."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        as_get: Scope = {**scope, "method": "GET"}
        await self.app(as_get, receive, send_head)
