"""A judge's queue in pages, and how far they are in each panel: however many entries they have."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, Boolean, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.viewer import Viewer
from ideahub.judging.panels import PanelView
from ideahub.judging.queries import QUEUE, QUEUE_OF_PANEL, QueueEntry

PAGE = 50
_all = QUEUE.subquery("queue")
_is_left = _all.c.final_at.is_(None)
STATES = select(
    _all.c.panel_id,
    func.count().label("total"),
    func.count(_all.c.final_at).label("finished"),
    # The first in their own order that is not finished: of those that are open with the panel, and
    # of third readings.
    func.min(_all.c.place).filter(_is_left, _all.c.read_until.is_(None)).label("place"),
    func.min(_all.c.place).filter(_is_left, _all.c.reads_on).label("reading_place"),
).group_by(_all.c.panel_id)
_state = STATES.subquery("state")
_next, _reading = _all.alias("next_one"), _all.alias("reading")
HOW_FAR = (
    select(
        _state.c.panel_id,
        _state.c.total,
        _state.c.finished,
        _next.c.id.label("next_id"),
        _reading.c.id.label("reading_id"),
        _reading.c.read_until,
        _reading.c.timezone,
    )
    .outerjoin(_next, and_(_next.c.panel_id == _state.c.panel_id, _next.c.place == _state.c.place))
    .outerjoin(
        _reading,
        and_(_reading.c.panel_id == _state.c.panel_id, _reading.c.place == _state.c.reading_place),
    )
)
_of_panel = QUEUE_OF_PANEL.subquery("of_panel")
QUEUE_PAGE = (
    select(*_of_panel.c)
    .where(_of_panel.c.place > bindparam("after", type_=BigInteger))
    .order_by(_of_panel.c.place)
    .limit(bindparam("most", type_=BigInteger))
)
ASSIGNMENT_ID = bindparam("assignment_id", type_=BigInteger)
_queue = select(
    *(_of_panel.c[name] for name in ("id", "place", "final_at", "read_until", "reads_on"))
).cte("own_queue")
_here = _queue.alias("here")
_follows = _queue.c.place > _here.c.place
_can_be_scored = and_(
    _queue.c.final_at.is_(None),
    or_(
        _queue.c.reads_on, and_(_queue.c.read_until.is_(None), bindparam("is_open", type_=Boolean))
    ),
)
STANDING = select(
    _here.c.place,
    select(func.count()).select_from(_queue).scalar_subquery().label("total"),
    select(_queue.c.id)
    .where(_follows)
    .order_by(_queue.c.place)
    .limit(1)
    .correlate(_here)
    .scalar_subquery()
    .label("following_id"),
    select(_queue.c.id)
    .where(_can_be_scored)
    .order_by(_queue.c.reads_on.desc(), _follows.desc(), _queue.c.place)
    .limit(1)
    .correlate(_here)
    .scalar_subquery()
    .label("next_id"),
).where(_here.c.id == ASSIGNMENT_ID)


class HowFar(msgspec.Struct, frozen=True):
    """Of how many entries in a panel a judge has finished how many. `next_id` is the assignment of
    the first that is left, `reading_id` that of a third reading, which is open until `read_until`;
    None where there is none."""

    total: int = 0
    finished: int = 0
    next_id: int | None = None
    reading_id: int | None = None
    read_until: datetime | None = None
    timezone: str | None = None

    @property
    def is_done(self) -> bool:
        """Whether there are entries, and all are finished."""
        return 0 < self.total == self.finished

    def next_in(self, panel: PanelView) -> int | None:
        """The assignment that can be scored next; None where there is none now."""
        return self.reading_id or (self.next_id if panel.is_open else None)


class Standing(NamedTuple):
    """Where an entry stands in the judge's own order, from 1, and of how many. `following_id` is
    the assignment after it; `next_id` the one to score next: a third reading first, as in
    `HowFar.next_in`, then whatever is left after this one, then from the beginning."""

    place: int
    total: int
    following_id: int | None
    next_id: int | None


class QueuePage(NamedTuple):
    """Entries in the judge's own order; `after` is the place after which the next page begins,
    None on the last one."""

    entries: list[QueueEntry]
    after: int | None


async def how_far(db: AsyncSession, viewer: Viewer) -> dict[int, HowFar]:
    """How far the viewer is in each panel in which they have entries."""
    rows = await rows_of(db, HOW_FAR, viewer.bound)
    return {panel_id: HowFar(*far) for panel_id, *far in rows}


async def queue_page(
    db: AsyncSession, viewer: Viewer, panel_id: int, after: int, most: int = PAGE
) -> QueuePage:
    """At most so many entries of a panel that the viewer is to score, after this place."""
    asked = {"panel_id": panel_id, "after": after, "most": most + 1, **viewer.bound}
    found = [QueueEntry(**row._mapping) for row in await rows_of(db, QUEUE_PAGE, asked)]
    shown = found[:most]
    return QueuePage(shown, shown[-1].place if len(found) > most else None)


async def standing_of(
    db: AsyncSession, viewer: Viewer, panel: PanelView, assignment_id: int
) -> Standing | None:
    """Where this assignment stands in the viewer's queue of the panel; None where they do not have
    it any more."""
    asked = {"panel_id": panel.id, ASSIGNMENT_ID.key: assignment_id, "is_open": panel.is_open}
    found = await rows_of(db, STANDING, asked | viewer.bound)
    return Standing(*found[0]) if found else None
