"""Keeps that somebody who may decide on an idea opened the page for it, once for each decision."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of, table_of
from ideahub.core.events import Kind, announced, recorded
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IDEA_ID, IdeaView
from ideahub.organisations.models import Person
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
OPENINGS = (
    select(Person.id, Person.name, DecisionOpening.created_at)
    .join(Person, Person.id == DecisionOpening.person_id)
    .where(DecisionOpening.idea_id == IDEA_ID, DecisionOpening.after_review == AFTER_REVIEW)
    .order_by(DecisionOpening.created_at)
)


class Opening(msgspec.Struct, frozen=True):
    """Who opened the decision that comes next, and when for the first time."""

    person_id: int
    name: str
    at: datetime


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


async def openings_of(db: AsyncSession, idea_id: int, newest_review: int) -> list[Opening]:
    """Who has opened the decision after this review, the first first."""
    values = {"idea_id": idea_id, "after_review": newest_review}
    return [Opening(*row) for row in await rows_of(db, OPENINGS, values)]
