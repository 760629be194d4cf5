"""What a viewer sees of an idea's way: its gate, its reviews, its lessons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.drafting import Fields, find_draft
from ideahub.accounts.models import Person
from ideahub.accounts.viewing import Viewer
from ideahub.i18n import _
from ideahub.ideas.finding import IdeaFound, is_author
from ideahub.ideas.models import PATH, Stage
from ideahub.ideas.stages import stage_choice
from ideahub.pipeline.advancing import is_reviewer
from ideahub.pipeline.describing import GateView, Needs, TrackView, gate_view, needs, track_view
from ideahub.pipeline.learning import lessons_of
from ideahub.pipeline.measuring import Standing, measure
from ideahub.pipeline.models import Decision, Measure, Review
from ideahub.pipeline.reviewing import desk
from ideahub.pipeline.trying import experiments_of
from ideahub.pipeline.wording import ASKED, DECIDED, figure


class ReviewFound(msgspec.Struct, frozen=True):
    """A decision as the idea's history tells it."""

    id: int
    decision: Decision
    headline: str
    icon: str
    reviewer_title: str
    created_at: datetime
    to_stage: Stage
    reason: str
    override_reason: str
    wakes_when: str
    evidence: list[str]


class Way(msgspec.Struct, frozen=True):
    """How far an idea has come: shared by everyone who looks at it."""

    standing: Standing
    gate: GateView
    track: TrackView
    reviews: list[ReviewFound]

    @property
    def newest_review(self) -> int:
        """The number of the newest review; 0 where there is none."""
        return self.reviews[0].id if self.reviews else 0


async def idea_part(db: AsyncSession, viewer: Viewer, idea: IdeaFound) -> dict[str, Any]:
    """What the idea's page shows of its way."""
    way = await way_of(db, idea)
    author = await is_author(db, viewer, idea)
    reviewer = is_reviewer(viewer, idea.organisation_id)
    can = {
        *(["review"] if reviewer and not author else []),
        *(["experiment"] if reviewer or author else []),
    }
    if idea.withdrawn_at or idea.hidden_at:
        can.clear()
    return {
        "can": can,
        "pipeline": {
            "way": way,
            "experiments": await experiments_of(db, idea),
            "lessons": await lessons_of(db, idea),
            "desk": desk(way.standing, way.newest_review) if "review" in can else None,
            "draft": await _draft(db, viewer, idea) if "review" in can else {},
            "own_idea": reviewer and author,
        },
    }


async def _draft(db: AsyncSession, viewer: Viewer, idea: IdeaFound) -> Fields:
    return await find_draft(db, viewer, f"review-{idea.id}") or {}


async def card_part(db: AsyncSession, viewer: Viewer, idea_ids: Sequence[int]) -> dict[int, Needs]:
    """What the next gate of each idea still needs, in one query."""
    found = await measure(db, idea_ids)
    return {idea_id: needs(standing) for idea_id, standing in found.items()}


async def way_of(db: AsyncSession, idea: IdeaFound) -> Way:
    """The idea's gate, track and reviews."""
    standing = (await measure(db, [idea.id]))[idea.id]
    reviews = await reviews_of(db, idea.id)
    reached = {one.to_stage: one.created_at for one in reversed(reviews)}
    reached[Stage.SPARK] = idea.created_at
    passed = PATH[: PATH.index(standing.path_stage) + 1]
    parked = next((one.wakes_when for one in reviews if one.decision is Decision.PARK), "")
    return Way(
        standing=standing,
        gate=gate_view(standing, parked),
        track=track_view(standing, {one: at for one, at in reached.items() if one in passed}),
        reviews=reviews,
    )


async def reviews_of(db: AsyncSession, idea_id: int) -> list[ReviewFound]:
    """The decisions on an idea, the newest first."""
    rows = await db.execute(
        select(Review, Person.name, Person.title)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Review.idea_id == idea_id)
        .order_by(Review.id.desc())
    )
    return [_review(review, name, title) for review, name, title in rows.all()]


def _review(review: Review, name: str, title: str) -> ReviewFound:
    headline, icon = DECIDED[Decision(review.decision)]
    stage = stage_choice(Stage(review.to_stage)).name
    return ReviewFound(
        id=review.id,
        decision=Decision(review.decision),
        headline=_(headline) % {"who": name, "stage": stage},
        icon=icon,
        reviewer_title=title,
        created_at=review.created_at,
        to_stage=Stage(review.to_stage),
        reason=review.reason,
        override_reason=review.override_reason,
        wakes_when=review.wakes_when,
        evidence=[_evidence(one) for one in review.evidence],
    )


def _evidence(one: dict[str, Any]) -> str:
    measure = Measure(one["measure"])
    shown = figure(measure, one["reached"], one["threshold"])
    state = _("met") if one["met"] else _("not met")
    return f"{_(ASKED[measure].name)}: {shown or state}" + (f" ({state})" if shown else "")
