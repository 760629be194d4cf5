"""Takes out of what people were told what a moderator has taken out of the text itself."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from ideahub.notifications.folding import into_digests
from ideahub.notifications.models import Notification
from ideahub.notifications.waiting_mails import mails_that_tell_of, redact_waiting_mails

WORDS = (Notification.subject, Notification.text, Notification.did, Notification.done_by)


async def redact_told(
    db: AsyncSession, about: ColumnElement[bool], replaced: Sequence[tuple[str, str]]
) -> None:
    """Replaces these parts in the notifications of these events, and in mails that wait."""
    of_events = Notification.event_id.in_(select(Event.id).where(about))
    for part, mark in replaced:
        has_it = or_(*(func.strpos(column, part) > 0 for column in WORDS))
        changed = {column.key: func.replace(column, part, mark) for column in WORDS}
        await db.execute(update(Notification).where(of_events, has_it).values(changed))
    await redact_waiting_mails(db, about, replaced)


async def blank_told(db: AsyncSession, about: ColumnElement[bool], mark: str) -> None:
    """Puts the mark in the place of all words of the notifications of these events. Mails that wait
    are not sent; what else they were to tell comes in digests."""
    of_events = Notification.event_id.in_(select(Event.id).where(about))
    blank = {"subject": mark, "text": mark, "did": ""}
    await db.execute(update(Notification).where(of_events).values(blank))
    while mails := await mails_that_tell_of(db, about):
        await into_digests(db, [mail.id for mail in mails], "what it tells of is hidden")
