"""The concerns about an idea that none of its authors has answered."""

import msgspec
from sqlalchemy import not_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.criteria import IS_ANSWERED, IS_CONCERN
from ideahub.conversation.models import Contribution
from ideahub.conversation.rows import CONTRIBUTIONS, ContributionView, contribution_view
from ideahub.core.db import constant, rows_of
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import IDEA_ID, IdeaView

MOST = 20
NEWEST = (
    CONTRIBUTIONS.where(Idea.id == IDEA_ID, IS_CONCERN, not_(IS_ANSWERED))
    .order_by(Contribution.id.desc())
    .limit(constant(MOST + 1))
)


class OpenConcerns(msgspec.Struct, frozen=True):
    """The newest open concerns about an idea, at most MOST; `more`: whether there are others."""

    newest: list[ContributionView]
    more: bool


async def open_concerns(db: AsyncSession, idea: IdeaView) -> OpenConcerns:
    """The open concerns about an idea, which the caller has found through the viewer."""
    found = [contribution_view(row) for row in await rows_of(db, NEWEST, {"idea_id": idea.id})]
    return OpenConcerns(found[:MOST], more=len(found) > MOST)
