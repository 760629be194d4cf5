"""What a leader is told of answers that a manager has prepared for them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from ideahub.core.i18n import _, ngettext
from ideahub.core.telling import Addressee, Message, MessageKind, Words
from ideahub.organisations.models import Person
from ideahub.responses.batch_models import AnswerBatch, BatchAnswer


async def tell_prepared(db: AsyncSession, event: Event) -> Sequence[Message]:
    """The leader, that answers wait to be looked at and sent."""
    batch = await db.get(AnswerBatch, event.subject_id)
    if batch is None or batch.sent_at or batch.discarded_at:
        return []
    left = BatchAnswer.batch_id == batch.id, BatchAnswer.left_out_at.is_(None)
    answers = await db.scalar(select(func.count()).where(*left)) or 0
    name = await db.scalar(select(Person.name).where(Person.id == batch.prepared_by))

    def write(_to: Addressee) -> Words:
        subject = ngettext(
            "%(name)s has prepared %(num)s answer for you",
            "%(name)s has prepared %(num)s answers for you",
            answers,
            name=name,
        )
        return Words(subject, _("Look at them, and send them. Nothing of it is public yet."))

    to = select(Person.id).where(Person.id == batch.person_id)
    path = f"/batches-of-answers/{batch.id}/answers"
    return [Message(about=MessageKind.DUTY, to=to, write=write, path=path)]
