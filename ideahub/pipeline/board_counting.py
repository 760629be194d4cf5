"""Counts for the columns of the board: the ideas at each stage, and those that are stuck."""

from functools import cache
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Select, func, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import MOVING, Idea, IdeaTally, Stage
from ideahub.ideas.tallying import tallied, total
from ideahub.pipeline.board_filters import BoardFilters, narrowed
from ideahub.pipeline.moving import CAME_LONG_AGO, can_move

# Stuck ideas are counted so far: each is looked at, and nobody reads a larger number.
MOST_STUCK = 1_000


async def count_columns(
    db: AsyncSession, viewer: Viewer, filters: BoardFilters
) -> dict[Stage, tuple[int, int]]:
    """The number of ideas at each stage, or of the stuck ones, and of those that are stuck; stuck
    ones are counted as far as MOST_STUCK."""
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
    """Rows of a stage, ideas, and stuck ideas, to be summed. All ideas of a stage are in the
    tallies; the stuck ones are counted."""
    sums = (
        tallied(IdeaTally.campaign_id, IdeaTally.stage, total(IdeaTally.ideas).label("ideas"))
        .where(*narrowed(narrowing, IdeaTally.campaign_id))
        .group_by(IdeaTally.campaign_id, IdeaTally.stage)
        .cte("sums")
    )
    movable = (
        select(sums.c.campaign_id, sums.c.stage)
        .where(sums.c.ideas > constant(0), can_move(sums.c.campaign_id, sums.c.stage))
        .cte("movable")
    )
    stuck = (
        select(constant(stage), constant(0), func.count()).select_from(
            _stuck_at(stage, movable).subquery()
        )
        for stage in MOVING
    )
    return union_all(select(sums.c.stage, sums.c.ideas, constant(0)), *stuck)


def _stuck_at(stage: Stage, movable: CTE) -> Select[Any]:
    """At most MOST_STUCK stuck ideas at a stage, campaign by campaign."""
    long_ago = (
        select(Idea.id)
        .where(
            Idea.campaign_id == movable.c.campaign_id,
            Idea.stage == constant(stage),
            Idea.is_listed,
            CAME_LONG_AGO,
        )
        .limit(constant(MOST_STUCK))
        .correlate(movable)
        .lateral("long_ago")
    )
    found = select(long_ago.c.id).join_from(movable, long_ago, true())
    return found.where(movable.c.stage == constant(stage)).limit(constant(MOST_STUCK))
