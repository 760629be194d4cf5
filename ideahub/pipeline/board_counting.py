"""Counts for the columns of the board: the ideas at each stage, and those that are stuck."""

from functools import cache
from typing import Any

from sqlalchemy import CompoundSelect, and_, func, not_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Idea, IdeaTally, Stage
from ideahub.ideas.tallying import tallied, total
from ideahub.pipeline.board_filters import BoardFilters, narrowed
from ideahub.pipeline.moving import CAME_LONG_AGO, MOVES, can_move


async def count_columns(
    db: AsyncSession, viewer: Viewer, filters: BoardFilters
) -> dict[Stage, tuple[int, int]]:
    """The number of ideas at each stage, or of the stuck ones, and of those that are stuck."""
    counts = dict.fromkeys(Stage, (0, 0))
    statement = _counting(filters.narrowing)
    for stage, more, stuck in await rows_of(db, statement, {**viewer.bound, **filters.bound}):
        before, stuck_before = counts[Stage(stage)]
        counts[Stage(stage)] = (before + int(more), stuck_before + int(stuck))
    if not filters.stuck:
        return counts
    return {stage: (stuck, stuck) for stage, (_count, stuck) in counts.items()}


@cache
def _counting(narrowing: frozenset[str]) -> CompoundSelect[Any]:
    """Rows of a stage, ideas, and stuck ideas, to be summed.

    All ideas of a stage are in the tallies, so of those that can move only the ones that came to
    it lately are counted, and subtracted: the rest is stuck.
    """
    sums = (
        tallied(IdeaTally.campaign_id, IdeaTally.stage, total(IdeaTally.ideas).label("ideas"))
        .where(*narrowed(narrowing, IdeaTally.campaign_id))
        .group_by(IdeaTally.campaign_id, IdeaTally.stage)
        .cte("sums")
    )
    movable = select(sums).where(can_move(sums.c.campaign_id, sums.c.stage)).cte("movable")
    of_movable = and_(movable.c.campaign_id == Idea.campaign_id, movable.c.stage == Idea.stage)
    lately: Any = (
        select(Idea.stage, constant(0), -func.count())
        .join(movable, of_movable)
        .where(Idea.is_listed, MOVES, not_(CAME_LONG_AGO))
        .group_by(Idea.stage)
    )
    return union_all(
        select(sums.c.stage, sums.c.ideas, constant(0)),
        select(movable.c.stage, constant(0), movable.c.ideas),
        lately,
    )
