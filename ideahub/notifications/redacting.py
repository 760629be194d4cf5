"""Takes out of what people were told what a moderator has taken out of the text itself."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event
from ideahub.notifications.models import Notification

WORDS = (Notification.subject, Notification.text, Notification.did, Notification.done_by)


async def redact_told(db: AsyncSession, idea_id: int, replaced: Sequence[tuple[str, str]]) -> None:
    """Replaces these parts in the notifications about deeds on an idea."""
    about = Notification.event_id.in_(select(Event.id).where(Event.idea_id == idea_id))
    for part, mark in replaced:
        has_it = or_(*(func.strpos(column, part) > 0 for column in WORDS))
        changed = {column.key: func.replace(column, part, mark) for column in WORDS}
        await db.execute(update(Notification).where(about, has_it).values(changed))
