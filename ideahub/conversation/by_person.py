"""What a person contributed to ideas, as far as the viewer may see it."""

from datetime import datetime

import msgspec
from sqlalchemy import not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.conversation.labels import KindChoice, kind_choice
from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import Viewer
from ideahub.ideas.by_person import IN_LISTS, MOST, OF_PERSON, Given, given
from ideahub.ideas.models import Idea
from ideahub.ideas.pseudonyms import conceals
from ideahub.ideas.queries import VISIBLE_IDEAS

# Not what the author of an idea said there under a pseudonym.
CONTRIBUTED = (
    select(
        Contribution.id,
        Contribution.kind,
        Contribution.created_at,
        Contribution.adopted_revision,
        Contribution.parent_id.is_not(None).label("is_reply"),
        Idea.id.label("idea_id"),
        Idea.title,
        IN_LISTS,
    )
    .join(Idea, Idea.id == Contribution.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(
        VISIBLE_IDEAS,
        Contribution.is_listed,
        Contribution.author_id == OF_PERSON,
        not_(conceals(Contribution.author_id)),
    )
    .order_by(IN_LISTS.desc(), Contribution.id.desc())
    .limit(constant(MOST + 1))
)


class GivenContribution(msgspec.Struct, frozen=True):
    """A contribution or reply on the page of whoever made it."""

    id: int
    kind: ContributionKind
    created_at: datetime
    adopted_revision: int | None
    is_reply: bool
    idea_id: int
    idea_title: str

    @property
    def words(self) -> KindChoice:
        """The words of its kind, in the current language."""
        return kind_choice(ContributionKind(self.kind))


async def contributed_by(
    db: AsyncSession, viewer: Viewer, person_id: int
) -> Given[GivenContribution]:
    """The newest contributions of this person."""
    rows = await rows_of(db, CONTRIBUTED, {**viewer.bound, "person_id": person_id})
    return given(rows, lambda row: GivenContribution(*list(row)[:-1]))
