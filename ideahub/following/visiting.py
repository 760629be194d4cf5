"""Keeps when a person was last on a page, to tell them what has happened since."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Base, interval, rows_of, table_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.following.models import IdeaVisit

# Who comes back within this time is still on the same visit: what was new to them still is.
SAME_VISIT_MINUTES = 30
# Within this time a visit is not written again: each write makes the page slower. What happened in
# the last minutes of a visit may so be told once more.
WRITTEN_FOR = timedelta(minutes=5)
OF = bindparam("of_page", type_=BigInteger)


class Visits:
    """The visits to one page, or to the pages of the things in the column `of`. `rows` has for each
    person `seen_at`, when they opened it last, and `since`, the same for the visit before."""

    def __init__(self, rows: type[Base], of: str | None = None) -> None:
        table = table_of(rows)
        here = {table.c.person_id: VIEWER_ID, **({table.c[of]: OF} if of else {})}
        left_long_ago = table.c.seen_at < func.now() - interval(minutes=SAME_VISIT_MINUTES)
        again = {
            "since": case((left_long_ago, table.c.seen_at), else_=table.c.since),
            "seen_at": func.now(),
        }
        added = insert(table).values({column.name: value for column, value in here.items()})
        self._find = select(table.c.since, table.c.seen_at, func.now().label("now")).where(
            *(column == value for column, value in here.items())
        )
        self._keep = added.on_conflict_do_update(index_elements=list(here), set_=again).returning(
            table.c.since
        )

    async def since(
        self, db: AsyncSession, viewer: Viewer, number: int = 0, *, arrives: bool
    ) -> datetime | None:
        """Since when everything on the page is new to the viewer, who is signed in; None where they
        were never here before.

        `arrives` is whether they open the page now. A copy that the browser fetches by itself, such
        as after a push, is no visit: it must not make anything old that they have not seen.
        """
        asked = {VIEWER_ID.key: viewer.id, OF.key: number}
        found = await rows_of(db, self._find, asked)
        since: datetime | None = found[0].since if found else None
        if arrives and not any(visit.now - visit.seen_at < WRITTEN_FOR for visit in found):
            # A session for reading commits each statement by itself.
            ((since,),) = await rows_of(db, self._keep, asked)
        return since


OF_IDEAS = Visits(IdeaVisit, "idea_id")
