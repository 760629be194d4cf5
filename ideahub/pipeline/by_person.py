"""What a person decided at gates, as far as the viewer may see it."""

from datetime import datetime

import msgspec
from sqlalchemy import not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.ideas.by_person import IN_LISTS, MOST, OF_PERSON, Given, given
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.pseudonyms import conceals
from ideahub.ideas.queries import VISIBLE_IDEAS
from ideahub.ideas.stages import stage_choice
from ideahub.pipeline.labels import WAS_DECIDED
from ideahub.pipeline.models import Decision, Review

DECIDED_BY = (
    select(
        Review.id,
        Review.decision,
        Review.to_stage,
        Review.created_at,
        Idea.id.label("idea_id"),
        Idea.title,
        IN_LISTS,
    )
    .join(Idea, Idea.id == Review.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(VISIBLE_IDEAS, Review.reviewer_id == OF_PERSON, not_(conceals(Review.reviewer_id)))
    .order_by(IN_LISTS.desc(), Review.id.desc())
    .limit(constant(MOST + 1))
)


class GivenDecision(msgspec.Struct, frozen=True):
    """A decision on the page of whoever made it."""

    id: int
    decision: Decision
    to_stage: Stage
    created_at: datetime
    idea_id: int
    idea_title: str

    @property
    def words(self) -> str:
        """What was decided, in the current language."""
        stage = stage_choice(Stage(self.to_stage)).name
        return _(WAS_DECIDED[Decision(self.decision)], stage=stage)


async def decided_by(db: AsyncSession, viewer: Viewer, person_id: int) -> Given[GivenDecision]:
    """The newest decisions of this person."""
    rows = await rows_of(db, DECIDED_BY, {**viewer.bound, "person_id": person_id})
    return given(rows, lambda row: GivenDecision(*list(row)[:-1]))
