"""Queries for the progress of ideas: their gates, tracks and reviews."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.criteria import CRITERIA
from ideahub.core.db import rows_of
from ideahub.core.i18n import N_, _
from ideahub.ideas.models import PATH, Stage
from ideahub.ideas.queries import IDEA_ID, IdeaView
from ideahub.ideas.stages import stage_choice
from ideahub.organisations.models import Person
from ideahub.pipeline.describing import (
    GateSummary,
    GateView,
    TrackView,
    gate_summary,
    gate_view,
    track_view,
)
from ideahub.pipeline.labels import DECIDED
from ideahub.pipeline.measuring import GateStatus, measure
from ideahub.pipeline.models import Decision, Review


class ReviewView(msgspec.Struct, frozen=True):
    """A review, in the words of the idea's page."""

    id: int
    decision: Decision
    headline: str
    icon: str
    reviewer_id: int
    reviewer_name: str
    reviewer_title: str
    created_at: datetime
    to_stage: Stage
    reason: str
    override_reason: str
    wakes_when: str
    evidence: list[str]


class IdeaProgress(msgspec.Struct, frozen=True):
    """An idea's gate status, track and reviews; the same for every viewer of the idea."""

    status: GateStatus
    gate: GateView
    track: TrackView
    reviews: list[ReviewView]

    @property
    def newest_review(self) -> int:
        """The number of the newest review; 0 where there is none."""
        return self.reviews[0].id if self.reviews else 0


REVIEWS = (
    select(
        Review.id,
        Review.decision,
        Review.created_at,
        Review.to_stage,
        Review.reason,
        Review.override_reason,
        Review.wakes_when,
        Review.evidence,
        Review.reviewer_id,
        Person.name,
        Person.title,
    )
    .join(Person, Person.id == Review.reviewer_id)
    .where(Review.idea_id == IDEA_ID)
    .order_by(Review.id.desc())
)


async def gate_summaries(db: AsyncSession, idea_ids: Sequence[int]) -> dict[int, GateSummary]:
    """The next gate of each of these ideas, for cards; in one query."""
    found = await measure(db, idea_ids)
    return {idea_id: gate_summary(status) for idea_id, status in found.items()}


async def progress_of(db: AsyncSession, idea: IdeaView) -> IdeaProgress:
    """The progress of an idea, which the caller has found through the viewer."""
    status = (await measure(db, [idea.id]))[idea.id]
    reviews = await reviews_of(db, idea.id)
    reached = {review.to_stage: review.created_at for review in reversed(reviews)}
    reached[Stage.SPARK] = idea.created_at
    passed = PATH[: PATH.index(status.path_stage) + 1]
    parked = next((review.wakes_when for review in reviews if review.decision is Decision.PARK), "")
    return IdeaProgress(
        status=status,
        gate=gate_view(status, parked),
        track=track_view(status, {stage: at for stage, at in reached.items() if stage in passed}),
        reviews=reviews,
    )


async def reviews_of(db: AsyncSession, idea_id: int) -> list[ReviewView]:
    """The reviews of an idea, the newest first."""
    return [_review(row) for row in await rows_of(db, REVIEWS, {"idea_id": idea_id})]


def _review(review: Row[Any]) -> ReviewView:
    headline, icon = DECIDED[Decision(review.decision)]
    stage = stage_choice(Stage(review.to_stage)).name
    return ReviewView(
        id=review.id,
        decision=Decision(review.decision),
        headline=_(headline, who=review.name, stage=stage),
        icon=icon,
        reviewer_id=review.reviewer_id,
        reviewer_name=review.name,
        reviewer_title=review.title,
        created_at=review.created_at,
        to_stage=Stage(review.to_stage),
        reason=review.reason,
        override_reason=review.override_reason,
        wakes_when=review.wakes_when,
        evidence=[_evidence(kept) for kept in review.evidence],
    )


# By whether the criterion was met, and whether it has a figure.
EVIDENCE = {
    (True, True): N_("%(what)s: %(figure)s (met)"),
    (True, False): N_("%(what)s: met"),
    (False, True): N_("%(what)s: %(figure)s (not met)"),
    (False, False): N_("%(what)s: not met"),
}


def _evidence(kept: dict[str, Any]) -> str:
    words = CRITERIA[kept["measure"]].words
    figure = words.figure(kept["reached"], kept["threshold"])
    sentence = EVIDENCE[bool(kept["met"]), bool(figure)]
    return _(sentence, what=_(words.name), figure=figure)
