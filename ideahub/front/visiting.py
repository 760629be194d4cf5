"""Keeps when a person was last on the home page, to tell them what has happened since."""

from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import BigInteger, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import interval, rows_of, table_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.front.models import HomeVisit

# Who comes back within this time is still on the same visit: what was new to them still is.
SAME_VISIT_MINUTES = 30
# Within this time a visit is not written again: each write makes the page slower. What happened in
# the last minutes of a visit may so be told once more.
WRITTEN_FOR = timedelta(minutes=5)
FIRST_VISIT_TELLS_OF = timedelta(days=7)
VISIT = table_of(HomeVisit)

FIND = select(VISIT.c.since, VISIT.c.seen_at, func.now().label("now")).where(
    VISIT.c.person_id == VIEWER_ID
)
_here = insert(VISIT).values(person_id=bindparam("person_id", type_=BigInteger))
_left_long_ago = VISIT.c.seen_at < func.now() - interval(minutes=SAME_VISIT_MINUTES)
KEEP = _here.on_conflict_do_update(
    index_elements=[VISIT.c.person_id],
    set_={
        "since": case((_left_long_ago, VISIT.c.seen_at), else_=VISIT.c.since),
        "seen_at": func.now(),
    },
).returning(VISIT.c.since)


class Since(msgspec.Struct, frozen=True):
    """The moment after which everything is new to a person; `is_first` where they were never here
    before, so that it was chosen for them."""

    moment: datetime
    is_first: bool


async def since_last_visit(db: AsyncSession, viewer: Viewer, *, arrives: bool) -> Since:
    """Since when everything is new to the viewer, who is signed in.

    `arrives` is whether they open the page now. A copy that the browser fetches by itself, such as
    after a push, is no visit: it must not make anything old that they have not seen.
    """
    found = await rows_of(db, FIND, viewer.bound)
    since = found[0].since if found else None
    if arrives and not any(visit.now - visit.seen_at < WRITTEN_FOR for visit in found):
        # A session for reading commits each statement by itself.
        ((since,),) = await rows_of(db, KEEP, {"person_id": viewer.person_id})
    return Since(since or datetime.now(UTC) - FIRST_VISIT_TELLS_OF, since is None)
