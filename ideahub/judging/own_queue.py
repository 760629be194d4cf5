"""A judge's queue in pages, and how far they are in each panel: however many entries they have."""

from typing import NamedTuple

import msgspec
from sqlalchemy import BigInteger, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.judging.queries import QUEUE, QUEUE_OF_PANEL, QueueEntry

PAGE = 50
_all = QUEUE.order_by(None).subquery("queue")
_is_left = _all.c.final_at.is_(None)
STATES = select(
    _all.c.panel_id,
    func.count().label("total"),
    func.count(_all.c.final_at).label("finished"),
    # The first in their own order that is not finished.
    func.min(_all.c.place).filter(_is_left).label("place"),
).group_by(_all.c.panel_id)
_state = STATES.subquery("state")
HOW_FAR = select(
    _state.c.panel_id, _state.c.total, _state.c.finished, _all.c.id.label("next_id")
).outerjoin(_all, and_(_all.c.panel_id == _state.c.panel_id, _all.c.place == _state.c.place))
_of_panel = QUEUE_OF_PANEL.order_by(None).subquery("of_panel")
QUEUE_PAGE = (
    select(*_of_panel.c)
    .where(_of_panel.c.place > bindparam("after", type_=BigInteger))
    .order_by(_of_panel.c.place)
    .limit(constant(PAGE + 1))
)


class HowFar(msgspec.Struct, frozen=True):
    """Of how many entries in a panel a judge has finished how many; `next_id` is the assignment
    of the first that is left, None where none is."""

    total: int = 0
    finished: int = 0
    next_id: int | None = None


class QueuePage(NamedTuple):
    """Entries in the judge's own order; `after` is the place after which the next page begins,
    None on the last one."""

    entries: list[QueueEntry]
    after: int | None


async def how_far(db: AsyncSession, viewer: Viewer) -> dict[int, HowFar]:
    """How far the viewer is in each panel in which they have entries."""
    rows = await rows_of(db, HOW_FAR, viewer.bound)
    return {row.panel_id: HowFar(row.total, row.finished, row.next_id) for row in rows}


async def queue_page(db: AsyncSession, viewer: Viewer, panel_id: int, after: int) -> QueuePage:
    """At most PAGE entries of a panel that the viewer is to score, after this place."""
    asked = {"panel_id": panel_id, "after": after, **viewer.bound}
    found = [QueueEntry(**row._mapping) for row in await rows_of(db, QUEUE_PAGE, asked)]
    shown = found[:PAGE]
    return QueuePage(shown, shown[-1].place if len(found) > PAGE else None)
