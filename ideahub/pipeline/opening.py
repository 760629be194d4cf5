"""Keeps that somebody who may decide on an idea opened the page for it, once for each decision."""

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of, table_of
from ideahub.core.events import Kind, announced, recorded
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IDEA_ID, IdeaView
from ideahub.pipeline.models import DecisionOpening

OPENING = table_of(DecisionOpening)
AFTER_REVIEW = bindparam("after_review", type_=BigInteger)
_opened = (
    insert(OPENING)
    .values(
        idea_id=IDEA_ID,
        after_review=AFTER_REVIEW,
        person_id=bindparam("person_id", type_=BigInteger),
    )
    .on_conflict_do_nothing()
    .returning(OPENING.c.person_id, OPENING.c.idea_id)
    .cte("opened")
)
_added = recorded(
    Kind.DECISION_OPENED,
    select(_opened.c.person_id, bindparam("campaign_id", type_=BigInteger), _opened.c.idea_id),
)
# One statement, as a session for reading commits each by itself.
OPEN = select(announced(_added))


async def keep_opening(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, newest_review: int
) -> None:
    """Records that the viewer, who may decide, opened the decision after this review; does nothing
    where they did before."""
    values = {
        "idea_id": idea.id,
        "campaign_id": idea.campaign_id,
        "after_review": newest_review,
        "person_id": viewer.person_id,
    }
    await rows_of(db, OPEN, values)
