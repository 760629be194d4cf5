"""Rules for a batch of answers: beginning it, its common words, those of one idea, and sending."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Kind, record
from ideahub.core.i18n import N_, _
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, Forbidden, Invalid, NotFound
from ideahub.core.viewer import Role, Viewer
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer
from ideahub.responses.batches.choosing import MOST_AT_ONCE, chosen_ideas, to_answer
from ideahub.responses.leaders import is_leader
from ideahub.responses.queries import newest_responses

WHO_SENDS = N_("Choose a leader, who looks at the answers and sends them.")


async def begin_batch(
    db: AsyncSession,
    viewer: Viewer,
    ids: Sequence[int],
    groups: Sequence[int] = (),
    *,
    sender_id: int | None = None,
) -> AnswerBatch:
    """Begins to answer these ideas, and those of these groups of letters, together. A manager
    prepares it for a leader, whose number is `sender_id`. Begun twice it is one.

    Raises SignInNeeded, Forbidden for who neither leads, stands in nor manages, and Invalid where
    nothing or too much is chosen, or `sender_id` is no leader.
    """
    person_id = viewer.person_id
    chosen = await chosen_ideas(db, viewer, ids, groups)
    if not chosen:
        raise Invalid(_("Choose ideas to answer."), field="ideas")
    if len(chosen) > MOST_AT_ONCE:
        told = _("Choose at most %(most)s. Answer the others after these.", most=MOST_AT_ONCE)
        raise Invalid(told, field="ideas")
    sender_id = await _sender(db, viewer, sender_id)
    preparer = None if sender_id == person_id else person_id
    if before := await _begun_before(db, sender_id, preparer, chosen):
        return before
    batch = AnswerBatch(person_id=sender_id, prepared_by=preparer)
    db.add(batch)
    await db.flush()
    await _add_rows(db, batch, chosen)
    return batch


async def _sender(db: AsyncSession, viewer: Viewer, sender_id: int | None) -> int:
    """Who sends the answers: the viewer, who leads or stands in, or the leader whom they chose."""
    if sender_id is None and not viewer.can_lead:
        raise Invalid(_(WHO_SENDS), field="sender")
    if sender_id in (None, viewer.id):
        await _must_answer(db, viewer)
        return viewer.person_id
    await _must_prepare(db, viewer, sender_id)
    return sender_id


async def _add_rows(db: AsyncSession, batch: AnswerBatch, chosen: Sequence[int]) -> None:
    newest = await newest_responses(db, chosen)
    for idea_id in chosen:
        row = BatchAnswer(batch_id=batch.id, idea_id=idea_id)
        if seen := newest.get(idea_id):
            row.seen_response, row.seen_version = seen.id, seen.version
        db.add(row)
    await db.flush()


async def find_batch(
    db: AsyncSession, viewer: Viewer, batch_id: int, *, lock: bool = False
) -> AnswerBatch:
    """The batch with this number, of the viewer or prepared by them. Raises SignInNeeded, and
    NotFound for another's and a discarded one."""
    person_id = viewer.person_id
    batch = await locked(db, AnswerBatch, batch_id) if lock else await _get(db, batch_id)
    if batch.discarded_at or person_id not in (batch.person_id, batch.prepared_by):
        raise NotFound
    return batch


async def write_words(db: AsyncSession, batch: AnswerBatch, said: Mapping[str, Any]) -> None:
    """Keeps the common words of a locked batch. What was typed for one idea alone stays."""
    batch.said, batch.written_at = dict(said), func.now()
    await db.flush()
    await db.refresh(batch)


async def discard_batch(db: AsyncSession, batch: AnswerBatch) -> None:
    """Gives up a locked batch; what was sent of it stays."""
    if batch.discarded_at is None:
        batch.discarded_at = func.now()
    await db.flush()


async def rows_to_look_at(
    db: AsyncSession, batch: AnswerBatch, ids: Sequence[int] = ()
) -> list[BatchAnswer]:
    """The rows of a locked batch that have not gone, or those with these numbers, locked, in the
    order in which ideas are locked as well."""
    left = select(BatchAnswer).where(
        BatchAnswer.batch_id == batch.id,
        BatchAnswer.sent_at.is_(None),
        BatchAnswer.left_out_at.is_(None),
    )
    if ids:
        left = left.where(BatchAnswer.id.in_(ids))
    return list(await db.scalars(held(left.order_by(BatchAnswer.idea_id))))


async def count_sent(db: AsyncSession, batch: AnswerBatch) -> int:
    """How many answers of a locked batch have gone."""
    gone = select(func.count()).where(
        BatchAnswer.batch_id == batch.id, BatchAnswer.sent_at.is_not(None)
    )
    return await db.scalar(gone) or 0


async def find_row(db: AsyncSession, batch: AnswerBatch, row_id: int) -> BatchAnswer:
    """The row with this number of a locked batch, locked. Raises NotFound, and Conflict where its
    answer was sent."""
    row = await locked(db, BatchAnswer, row_id)
    if row.batch_id != batch.id or row.left_out_at:
        raise NotFound
    if row.sent_at:
        raise Conflict(_("This answer is public already. Change it on the page of the idea."))
    return row


async def ask_to_send(db: AsyncSession, viewer: Viewer, batch: AnswerBatch) -> None:
    """Tells the leader that a manager has prepared a locked batch for them. Raises Forbidden for
    anyone but that manager, and Conflict where the common words are missing."""
    if viewer.person_id != batch.prepared_by:
        raise Forbidden(_("Only who prepared these answers hands them to the leader."))
    if batch.written_at is None:
        raise Conflict(_("Write the common words first."))
    await record(db, Kind.ANSWERS_PREPARED, viewer, subject=batch)


async def _begun_before(
    db: AsyncSession, sender_id: int, preparer: int | None, chosen: Sequence[int]
) -> AnswerBatch | None:
    """A batch of the same ideas into which nobody has written yet."""
    own = select(func.array_agg(BatchAnswer.idea_id)).where(BatchAnswer.batch_id == AnswerBatch.id)
    same = select(AnswerBatch, own.correlate(AnswerBatch).scalar_subquery()).where(
        AnswerBatch.person_id == sender_id,
        AnswerBatch.prepared_by.is_not_distinct_from(preparer),
        AnswerBatch.written_at.is_(None),
        AnswerBatch.discarded_at.is_(None),
    )
    found = (await db.execute(same.order_by(AnswerBatch.id))).all()
    return next((batch for batch, ideas in found if set(ideas or ()) == set(chosen)), None)


async def _get(db: AsyncSession, batch_id: int) -> AnswerBatch:
    batch = await db.get(AnswerBatch, batch_id)
    if batch is None:
        raise NotFound
    return batch


async def _must_answer(db: AsyncSession, viewer: Viewer) -> None:
    if not viewer.can_lead and not any(one.is_own for one in await to_answer(db, viewer)):
        raise Forbidden(_("Only leaders, or who stands in for one, answer ideas here."))


async def _must_prepare(db: AsyncSession, viewer: Viewer, sender_id: int) -> None:
    if not viewer.holds_anywhere(Role.MANAGER):
        raise Forbidden(_("Only managers prepare answers for a leader."))
    if not await is_leader(db, sender_id):
        raise Invalid(_(WHO_SENDS), field="sender")
