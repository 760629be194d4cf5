"""Rules for attaching pictures and documents to an idea."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts
from ideahub.campaigns.phases import accepted_now, must_accept
from ideahub.core.events import Kind, record
from ideahub.core.files.keeping import file_columns, must_have_size
from ideahub.core.files.preparing import PreparedUpload, prepared_pdf, prepared_picture
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.refusals import Conflict, Forbidden, Invalid
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Attachment
from ideahub.ideas.queries import IdeaView, is_author
from ideahub.ideas.taking_new import lock_open_idea, must_take_new

MOST = 8
MOST_BYTES = 5 * 1024 * 1024
MOST_TRIES = 40
PER = timedelta(minutes=10)
# Files can be attached while a phase accepts one of these.
ATTACHABLE_WHILE = frozenset({Accepts.IDEAS, Accepts.CONTRIBUTIONS})


async def must_attach(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> None:
    """Raises where the viewer may not change the attachments of the idea now.

    SignInNeeded for a stranger, Forbidden for anyone but the authors, Conflict where the idea was
    withdrawn or hidden, and where no phase accepts ideas or contributions.
    """
    viewer.must_sign_in()
    if not await is_author(db, viewer, idea):
        raise Forbidden(_("Only the authors of an idea can change what is attached to it."))
    must_take_new(idea)
    if not ATTACHABLE_WHILE & await accepted_now(db, idea.campaign_id):
        await must_accept(db, idea.campaign_id, Accepts.IDEAS)


async def count_try(db: AsyncSession, viewer: Viewer) -> None:
    """Counts a file that the viewer sent, usable or not; raises TooMany."""
    await limit(db, attempt_key("attach", str(viewer.person_id)), MOST_TRIES, PER)


def too_large() -> str:
    """What is wrong with a file of more than MOST_BYTES, and what to do."""
    return _(
        "This file is larger than 5 MB. Make it smaller and try again: send a picture as JPEG, or "
        "save it with fewer pixels."
    )


async def prepare(data: bytes, name: str) -> PreparedUpload:
    """Checks a file that was sent and converts it for storing; raises Invalid with what is wrong.

    Its kind is decided by its bytes, not by its name or by what the browser says. To be called
    without a transaction: a large picture takes a second or two.
    """
    must_have_size(data, MOST_BYTES, too_large())
    prepared = prepared_pdf(data, name) or await prepared_picture(data, name)
    if prepared is None:
        raise Invalid(
            _(
                "This is neither a picture (PNG, JPEG, WebP, GIF) nor a PDF, whatever its name "
                "says. Save a picture as JPEG or PNG, and anything else as PDF, and send that."
            )
        )
    return prepared


async def attach(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, prepared: PreparedUpload, description: str
) -> int:
    """Attaches a file and returns the attachment's number; for a file that is attached already,
    only returns its number.

    Raises what `must_attach` raises, Invalid without a description, and Conflict where the file
    is attached with another description or the idea has MOST attachments.
    """
    await must_attach(db, viewer, idea)
    if not description:
        raise Invalid(_("Say in a few words what it shows, for those who cannot see it."))
    # Locked until the transaction ends, so that of two at once the second counts the first's file.
    await lock_open_idea(db, idea.id)
    here = Attachment.idea_id == idea.id
    if (before := await _attached_before(db, idea, prepared, description)) is not None:
        return before
    if (await db.scalar(select(func.count()).where(here)) or 0) >= MOST:
        raise Conflict(_("Eight files are attached already. Remove one to make room."))
    return await _keep(db, viewer, idea, prepared, description)


async def _attached_before(
    db: AsyncSession, idea: IdeaView, prepared: PreparedUpload, description: str
) -> int | None:
    columns = Attachment.id, Attachment.file_name, Attachment.description
    same = Attachment.idea_id == idea.id, Attachment.digest == prepared.digest
    found = (await db.execute(select(*columns).where(*same))).one_or_none()
    if found is None:
        return None
    if (found.file_name, found.description) != (prepared.file_name, description):
        raise Conflict(
            _(
                "This file is attached already: %(file)s, “%(words)s”. What you typed is kept: "
                "remove the attached one first if it is to say something else.",
                file=found.file_name,
                words=found.description,
            )
        )
    attached: int = found.id
    return attached


async def _keep(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, prepared: PreparedUpload, description: str
) -> int:
    kept = Attachment(
        idea_id=idea.id,
        author_id=viewer.person_id,
        description=description,
        small=prepared.small,
        width=prepared.width,
        height=prepared.height,
        **file_columns(prepared),
    )
    db.add(kept)
    await db.flush()
    await record(db, Kind.ATTACHMENT_ADDED, viewer, on=idea, subject=kept)
    return kept.id
