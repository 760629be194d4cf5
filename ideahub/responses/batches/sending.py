"""Rules for looking at the answers of a batch, and for sending them in one press."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Forbidden, NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.responses.answer_input import AnswerInput
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer
from ideahub.responses.batches.batching import rows_to_look_at
from ideahub.responses.batches.filling_in import rows_left
from ideahub.responses.responding import answer_idea, may_answer


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


async def hold_batch(db: AsyncSession, viewer: Viewer, batch_id: int) -> AnswerBatch:
    """The viewer's batch, locked: whoever gives it up meanwhile waits until these have gone, and
    counts them. Raises NotFound, and what `must_send` raises."""
    batch = await locked(db, AnswerBatch, batch_id)
    must_send(viewer, batch)
    return batch


async def left_of(db: AsyncSession, batch: AnswerBatch, ids: Sequence[int]) -> dict[int, int]:
    """Which of these rows of a locked batch have not gone and were not left out, with the number of
    each one's idea."""
    rows = await rows_to_look_at(db, batch, ids)
    return {row.id: row.idea_id for row in rows}


async def send_answer(db: AsyncSession, viewer: Viewer, idea_id: int, given: AnswerInput) -> bool:
    """Gives the answer to an idea of a batch that the viewer holds; returns False where it was
    hidden or withdrawn meanwhile. Raises what `answer_idea` raises, and Conflict where the viewer
    may not answer this idea, or not any more."""
    idea = await _find_listed(db, viewer, idea_id)
    if idea is None:
        return False
    answering = await may_answer(db, viewer, idea)
    if not answering.may:
        raise Conflict(_("You do not answer this idea: you lead nothing there, or it is your own."))
    await answer_idea(db, viewer, idea, given, known=answering)
    return True


async def note_sent(db: AsyncSession, ids: Sequence[int]) -> None:
    """Notes that the answers of these rows of a locked batch have gone."""
    gone = update(BatchAnswer).where(BatchAnswer.id.in_(ids)).values(sent_at=func.now())
    await db.execute(gone.execution_options(synchronize_session=False))


async def leave_out_taken_away(db: AsyncSession, viewer: Viewer, batch: AnswerBatch) -> set[int]:
    """Leaves out what is left of a locked batch for ideas that the viewer does not see any more, or
    that were withdrawn or hidden; returns the numbers of their rows."""
    shown = {row.id for row in await rows_left(db, viewer, batch.id)}
    gone = [row for row in await rows_to_look_at(db, batch) if row.id not in shown]
    for row in gone:
        row.left_out_at = func.now()
    await db.flush()
    return {row.id for row in gone}


async def end_batch(db: AsyncSession, batch: AnswerBatch) -> None:
    """Notes that all of a locked batch has gone, unless something is left or it was given up."""
    if not (batch.sent_at or batch.discarded_at or await rows_to_look_at(db, batch)):
        batch.sent_at = func.now()
        await db.flush()


async def _find_listed(db: AsyncSession, viewer: Viewer, idea_id: int) -> IdeaView | None:
    try:
        idea = await find_idea(db, viewer, idea_id)
    except NotFound:
        return None
    return idea if idea.is_listed else None
