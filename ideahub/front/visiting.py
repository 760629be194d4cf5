"""Since when everything on the home page is new to a person."""

from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.following.visiting import Visits
from ideahub.front.models import HomeVisit

FIRST_VISIT_TELLS_OF = timedelta(days=7)
OF_HOME = Visits(HomeVisit)


class Since(msgspec.Struct, frozen=True):
    """The moment after which everything is new to a person; `is_first` where they were never here
    before, so that it was chosen for them."""

    moment: datetime
    is_first: bool


async def since_last_visit(db: AsyncSession, viewer: Viewer, *, arrives: bool) -> Since:
    """Since when everything is new to the viewer, who is signed in; `arrives` is whether they open
    the page now."""
    since = await OF_HOME.since(db, viewer, arrives=arrives)
    return Since(since or datetime.now(UTC) - FIRST_VISIT_TELLS_OF, since is None)
