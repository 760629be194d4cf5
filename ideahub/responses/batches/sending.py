"""Rules for looking at the answers of a batch, and for sending them in one press."""

from collections.abc import Mapping
from enum import Enum, auto

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import find_idea
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer
from ideahub.responses.batches.batching import rows_to_look_at
from ideahub.responses.responding import answer_idea, may_answer


class Sent(Enum):
    """What became of one answer of a batch: BEFORE is for one that had gone, or was left out."""

    NOW = auto()
    BEFORE = auto()
    GIVEN_UP = auto()


def must_send(viewer: Viewer, batch: AnswerBatch) -> None:
    """Raises SignInNeeded, and Forbidden for anyone but whoever sends the answers."""
    if viewer.person_id != batch.person_id:
        raise Forbidden(_("Only the leader looks at these answers and sends them."))


async def keep_looked(
    db: AsyncSession, viewer: Viewer, batch: AnswerBatch, looked: Mapping[int, str]
) -> None:
    """Keeps that whoever sends the answers of a locked batch has looked at these: the fingerprint
    of each by the number of its row. Raises what `must_send` raises."""
    must_send(viewer, batch)
    for row in await rows_to_look_at(db, batch):
        row.looked = looked.get(row.id, row.looked)
    await db.flush()


async def send_answer(
    db: AsyncSession, viewer: Viewer, batch_id: int, row_id: int, given: AnswerInput
) -> Sent:
    """Gives the answer of a row of the viewer's batch, and says what became of it. Raises what
    `must_send` and `answer_idea` raise, and Conflict where the viewer may not answer this idea,
    or not any more."""
    # Held until this one has gone: whoever gives the batch up waits, and counts it.
    batch = await locked(db, AnswerBatch, batch_id)
    must_send(viewer, batch)
    if batch.discarded_at:
        return Sent.GIVEN_UP
    row = await locked(db, BatchAnswer, row_id)
    if row.sent_at or row.left_out_at:
        return Sent.BEFORE
    idea = await find_idea(db, viewer, row.idea_id)
    answering = await may_answer(db, viewer, idea)
    if not answering.may:
        raise Conflict(_("You do not answer this idea: you lead nothing there, or it is your own."))
    await answer_idea(db, viewer, idea, given, known=answering)
    row.sent_at = func.now()
    await db.flush()
    return Sent.NOW


async def end_batch(db: AsyncSession, viewer: Viewer, batch_id: int) -> AnswerBatch:
    """Notes that all of a batch has gone, unless something is left or it was given up meanwhile;
    returns it, locked. Raises what `must_send` raises."""
    batch = await locked(db, AnswerBatch, batch_id)
    must_send(viewer, batch)
    if not (batch.sent_at or batch.discarded_at or await rows_to_look_at(db, batch)):
        batch.sent_at = func.now()
        await db.flush()
        await db.refresh(batch)
    return batch
