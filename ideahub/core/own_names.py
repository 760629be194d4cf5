"""Whether what was written under another name is the viewer's own: they hide behind that name, or
they speak for somebody.

Whoever may not judge what is their own is asked this as well. A later feature answers, and tells
nobody but the viewer.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import SharedViewer, Viewer

# Whether the viewer, who is signed in, writes as the person with this number.
IsOwnName = Callable[[AsyncSession, Viewer, int], Awaitable[bool]]
# features.py fills it.
OWN_NAMES: list[IsOwnName] = []


async def is_own(db: AsyncSession, viewer: Viewer, author_id: int) -> bool:
    """Whether what this author wrote is the viewer's own, under whatever name."""
    if viewer.is_person(author_id) or not viewer.signed_in:
        return viewer.signed_in
    if isinstance(viewer, SharedViewer):
        return False
    for ask in OWN_NAMES:
        if await ask(db, viewer, author_id):
            return True
    return False
