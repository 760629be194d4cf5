"""A judge's queue in pages, and how far they are in each panel: however many entries they have."""

from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.viewer import Viewer
from ideahub.judging.panels import PanelView
from ideahub.judging.queries import QUEUE, QUEUE_OF_PANEL, QueueEntry

PAGE = 50
_all = QUEUE.order_by(None).subquery("queue")
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
_of_panel = QUEUE_OF_PANEL.order_by(None).subquery("of_panel")
QUEUE_PAGE = (
    select(*_of_panel.c)
    .where(_of_panel.c.place > bindparam("after", type_=BigInteger))
    .order_by(_of_panel.c.place)
    .limit(bindparam("most", type_=BigInteger))
)


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
