"""The rule for removing attachments."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind, Ref, record
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.attached import find_attachment
from ideahub.ideas.attaching import must_attach
from ideahub.ideas.models import Attachment, CoAuthor, Idea
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.ideas.taking_new import lock_open_idea


async def remove(db: AsyncSession, viewer: Viewer, token: str) -> IdeaView:
    """Deletes an attachment with its bytes, and returns its idea. Where it is deleted already, it
    only returns the idea, for its authors.

    Raises NotFound, and what `must_attach` raises.
    """
    try:
        attached = await find_attachment(db, viewer, token)
    except NotFound:
        gone_from = await _removed_from(db, viewer, token)
        if gone_from is None:
            raise
        return await find_idea(db, viewer, gone_from)
    idea = await find_idea(db, viewer, attached.idea_id)
    await must_attach(db, viewer, idea)
    await lock_open_idea(db, idea.id)
    gone = await db.scalar(
        delete(Attachment).where(Attachment.id == attached.id).returning(Attachment.id)
    )
    if gone is not None:
        subject = Ref(Attachment, gone)
        await record(db, Kind.ATTACHMENT_REMOVED, viewer, on=idea, subject=subject, token=token)
    return idea


async def _removed_from(db: AsyncSession, viewer: Viewer, token: str) -> int | None:
    """The number of the viewer's own idea from which this attachment was removed, by the events."""
    written = select(Idea.id).where(Idea.author_id == viewer.person_id)
    joined = select(CoAuthor.idea_id).where(CoAuthor.person_id == viewer.person_id)
    return await db.scalar(
        select(Event.idea_id)
        .where(
            Event.idea_id.in_(written.union_all(joined)),
            Event.kind == Kind.ATTACHMENT_REMOVED,
            Event.data["token"].astext == token,
        )
        .limit(1)
    )
