"""Parks and wakes ideas for deeds of later features: with a review and an event, as a decision at a
gate does."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Actor, Kind, record
from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.advancing import move
from ideahub.pipeline.measuring import measure_one
from ideahub.pipeline.models import Decision, Review


async def park_idea(
    db: AsyncSession, viewer: Actor, row: Idea, *, reason: str, wakes_when: str, **data: Any
) -> Review:
    """Parks a locked idea until `wakes_when` has come true, and returns the review. One that is
    parked already stays so, with the new condition. `data` goes into the event."""
    assert viewer.id is not None
    review = await _review(db, row, viewer.id, Decision.PARK, Stage.PARKED, reason, wakes_when)
    move(row, Stage.PARKED)
    await record(db, Kind.IDEA_PARKED, viewer, on=row, subject=review, **_stages(review), **data)
    return review


async def wake_idea(
    db: AsyncSession, viewer: Actor | None, row: Idea, reviewer_id: int, *, reason: str, **data: Any
) -> Review:
    """Wakes a locked, parked idea at the stage that it had, and returns the review. `viewer` is
    None where a condition that `reviewer_id` had set has come true by itself."""
    to_stage = Stage(row.path_stage)
    review = await _review(db, row, reviewer_id, Decision.WAKE, to_stage, reason, "")
    move(row, to_stage)
    await record(db, Kind.IDEA_WOKEN, viewer, on=row, subject=review, **_stages(review), **data)
    return review


async def _review(
    db: AsyncSession,
    row: Idea,
    reviewer_id: int,
    decision: Decision,
    to_stage: Stage,
    reason: str,
    wakes_when: str,
) -> Review:
    review = Review(
        idea_id=row.id,
        reviewer_id=reviewer_id,
        decision=decision,
        from_stage=row.stage,
        to_stage=to_stage,
        reason=reason,
        wakes_when=wakes_when,
        evidence=(await measure_one(db, row.id)).evidence,
    )
    db.add(review)
    await db.flush()
    return review


def _stages(review: Review) -> dict[str, Any]:
    return {"from_stage": review.from_stage, "to_stage": review.to_stage, "overridden": False}
