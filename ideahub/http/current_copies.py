"""Copies that open pages ask for: after a connection was lost, or when they are told to.

What is asked for then was told to others already, and is not told again. So a kept page must not be
older than the request: another process may have told it, of which this one hears in a moment.
"""

from collections.abc import Awaitable, Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from ideahub.http.requests import LIVE_COPY


class KeepCopiesCurrent:
    """ASGI layer that lets copies be answered by `kept` when everything was heard of, which
    `hear_all` waits for; otherwise `anew` answers them."""

    def __init__(
        self, kept: ASGIApp, *, anew: ASGIApp, hear_all: Callable[[], Awaitable[bool]]
    ) -> None:
        self.app = kept
        self._anew = anew
        self._hear_all = hear_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        is_copy = scope["type"] == ScopeType.HTTP and any(
            name == LIVE_COPY.encode() for name, _value in scope["headers"]
        )
        may_be_kept = not is_copy or await self._hear_all()
        await (self.app if may_be_kept else self._anew)(scope, receive, send)
