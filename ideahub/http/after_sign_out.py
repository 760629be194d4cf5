"""Where people are led who have just signed out: home, unless a feature has a page for them."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.http.pages import AnyRequest

# Each says which page is for this browser, whose session has just ended; empty where none is.
PageAfter = Callable[[AnyRequest, AsyncSession], Awaitable[str]]
AFTER_SIGN_OUT: list[PageAfter] = []


async def page_after_sign_out(request: AnyRequest, db: AsyncSession) -> str:
    """The page to lead to."""
    for find in AFTER_SIGN_OUT:
        if url := await find(request, db):
            return url
    return "/"
