"""Queries for batches of answers that were begun and have not gone yet."""

from datetime import datetime

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import constant, rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.organisations.models import Person
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer

Sender, Preparer = aliased(Person, name="sender"), aliased(Person, name="preparer")


class BegunBatch(msgspec.Struct, frozen=True):
    """A batch that has not gone: of how many answers, who sends it, and the manager who prepared it
    where one did."""

    id: int
    at: datetime
    answers: int
    sender_id: int
    sender: str
    prepared_by: str | None


_left = (
    select(func.count())
    .where(
        BatchAnswer.batch_id == AnswerBatch.id,
        BatchAnswer.sent_at.is_(None),
        BatchAnswer.left_out_at.is_(None),
    )
    .correlate(AnswerBatch)
    .scalar_subquery()
)
BEGUN = (
    select(AnswerBatch.id, AnswerBatch.created_at, _left, Sender.id, Sender.name, Preparer.name)
    .join(Sender, Sender.id == AnswerBatch.person_id)
    .outerjoin(Preparer, Preparer.id == AnswerBatch.prepared_by)
    .where(
        AnswerBatch.sent_at.is_(None),
        AnswerBatch.discarded_at.is_(None),
        or_(AnswerBatch.person_id == VIEWER_ID, AnswerBatch.prepared_by == VIEWER_ID),
    )
    .order_by(AnswerBatch.id.desc())
    .limit(constant(50))
)


async def begun_batches(db: AsyncSession, viewer: Viewer) -> list[BegunBatch]:
    """The viewer's batches that have not gone, and those that they prepared; the newest first."""
    return [BegunBatch(*row) for row in await rows_of(db, BEGUN, viewer.bound)]
