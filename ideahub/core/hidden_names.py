"""Names and titles of people that moderators have hidden: nobody writes them again.

They stand beside all that a person wrote, and a person writes them at any time, or their provider
of sign-ins does. A later feature answers.
"""

from collections.abc import Awaitable, Callable, Collection

from sqlalchemy.ext.asyncio import AsyncSession

# The names and titles of the person with this number that are hidden at present.
FindHidden = Callable[[AsyncSession, int], Awaitable[Collection[str]]]
# features.py fills it.
HIDDEN_NAMES: list[FindHidden] = []


async def is_hidden_name(db: AsyncSession, person_id: int, name: str) -> bool:
    """Whether moderators have hidden this name or title of the person, in capitals or small
    letters."""
    for find in HIDDEN_NAMES:
        if name.casefold() in {one.casefold() for one in await find(db, person_id)}:
            return True
    return False
