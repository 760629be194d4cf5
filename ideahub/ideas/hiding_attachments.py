"""Rules for hiding an attached file from everyone but moderators, and for showing it."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.locking import locked
from ideahub.ideas.models import Attachment


async def hide_attachment(db: AsyncSession, attachment_id: int) -> None:
    """Hides a file; its bytes are kept, so that it can be shown again. Raises NotFound."""
    row = await locked(db, Attachment, attachment_id)
    row.hidden_at = row.hidden_at or await db.scalar(select(func.now()))
    await db.flush()


async def show_attachment(db: AsyncSession, attachment_id: int) -> None:
    """Shows a hidden file again. Raises NotFound."""
    row = await locked(db, Attachment, attachment_id)
    row.hidden_at = None
    await db.flush()
