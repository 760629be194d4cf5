"""Look-ups that several parts of one page need: asked by the first of them, for all."""

from collections.abc import Awaitable, Callable, Hashable
from functools import wraps
from typing import Any, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncSession

Look = TypeVar("Look", bound=Callable[..., Awaitable[Any]])
# In a session's `info`: what was found, by the look-up and what it was asked for.
FOUND = "found for this page"


def is_for_one_page(db: AsyncSession) -> None:
    """Says of a session that it only reads, and is closed once one page is written."""
    db.info[FOUND] = {}


def asked_once(find: Look) -> Look:
    """Makes of `find(db, …)` a look-up that is made once for a page; whoever asks again gets the
    same, and does not change it. Elsewhere, where a deed may change what is found, it is made each
    time."""

    @wraps(find)
    async def find_once(db: AsyncSession, *asked: Hashable) -> Any:
        found: dict[Any, Any] | None = db.info.get(FOUND)
        if found is None:
            return await find(db, *asked)
        key = (find, asked)
        if key not in found:
            found[key] = await find(db, *asked)
        return found[key]

    return cast(Look, find_once)
