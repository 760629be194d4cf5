"""Rules for the documents of a campaign: what may be added, by whom, and who may read them."""

import asyncio
from datetime import timedelta
from pathlib import PurePosixPath

import msgspec
from sqlalchemy import BigInteger, String, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import must_not_be_archived
from ideahub.campaigns.changing import ValueChange, note_changes
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.campaigns.term_words import DOCUMENT
from ideahub.campaigns.terms_models import CampaignDocument
from ideahub.core.db import rows_of
from ideahub.core.files.keeping import TOKEN, file_columns, must_have_size
from ideahub.core.files.kinds import PDF_FILE, kind_of, must_be_named_as
from ideahub.core.files.pictures import picture_format
from ideahub.core.files.preparing import (
    PreparedUpload,
    prepared_pdf,
    prepared_picture,
    unchanged,
)
from ideahub.core.i18n import _
from ideahub.core.limits import attempt_key, limit
from ideahub.core.locking import locked
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.text.cleaning import clean_line
from ideahub.core.viewer import Viewer

MOST = 20
MOST_BYTES = 10 * 1024 * 1024
MOST_TRIES = 60
PER = timedelta(minutes=10)
PICTURE_ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".gif"}
LONGEST_ENDING = 20


class StoredDocument(msgspec.Struct, frozen=True):
    """What is needed to serve a document."""

    id: int
    token: str
    media_type: str
    file_name: str
    size: int
    stored_as: str | None


FIND = (
    select(*(getattr(CampaignDocument, name) for name in StoredDocument.__struct_fields__))
    .join(Campaign, Campaign.id == CampaignDocument.campaign_id)
    .where(
        CampaignDocument.token == bindparam("token", type_=String),
        CampaignDocument.removed_at.is_(None),
        VISIBLE_CAMPAIGNS,
    )
)
CONTENT = select(CampaignDocument.content).where(
    CampaignDocument.id == bindparam("document_id", type_=BigInteger)
)


async def count_try(db: AsyncSession, viewer: Viewer) -> None:
    """Counts a file that the viewer sent, usable or not; raises TooMany."""
    await limit(db, attempt_key("document", str(viewer.person_id)), MOST_TRIES, PER)


def too_large() -> str:
    """What is wrong with a file of more than MOST_BYTES, and what to do."""
    return _(
        "This file is larger than 10 MB. Make it smaller and try again, such as by saving its "
        "pictures with fewer pixels, or split it."
    )


async def prepare_document(data: bytes, name: str) -> PreparedUpload:
    """Checks a file that was sent and converts it for storing; raises Invalid with what is wrong.

    Its kind is decided by its bytes; a name that says otherwise is refused. To be called without a
    transaction: a large file takes a second or two.
    """
    must_have_size(data, MOST_BYTES, too_large())
    ending = PurePosixPath(clean_line(name[-1_000:])).suffix.lower()[:LONGEST_ENDING]
    if picture_format(data) and ending and ending not in PICTURE_ENDINGS:
        raise Invalid(
            _(
                "Its name ends in %(ending)s, but it is a picture. Name it as one, or save it anew "
                "in the format that you mean, and send that.",
                ending=ending,
            )
        )
    picture = await prepared_picture(data, name)
    if picture is not None:
        return picture
    kind = await asyncio.to_thread(kind_of, data, ending)
    if kind is None:
        raise Invalid(
            _(
                "This is none of the files that can be added, whatever its name says: PDF, "
                "pictures (PNG, JPEG, WebP, GIF), plain text and CSV, and documents and tables "
                "without macros (DOCX, XLSX, ODT, ODS). Save it as PDF, and send that."
            )
        )
    must_be_named_as(kind, ending)
    if kind is PDF_FILE and (prepared := prepared_pdf(data, name)):
        return prepared
    return unchanged(data, name, kind.media_type, ending or kind.endings[0])


async def add_document(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, prepared: PreparedUpload, description: str
) -> int:
    """Adds a document to a campaign whose row is locked and returns its number; for a file that
    is there already with the same words, only returns its number.

    Raises Invalid without a description, and Conflict where the file is there with other words or
    the campaign has MOST documents.
    """
    must_not_be_archived(campaign)
    if not description:
        raise Invalid(_("Say in a few words what it is."), field="description")
    here = CampaignDocument.campaign_id == campaign.id, CampaignDocument.removed_at.is_(None)
    same = select(CampaignDocument).where(*here, CampaignDocument.digest == prepared.digest)
    if before := await db.scalar(same):
        if before.description == description:
            return before.id
        raise Conflict(
            _(
                "This file is here already: %(file)s, “%(words)s”. Remove that one first if it is "
                "to say something else.",
                file=before.file_name,
                words=before.description,
            )
        )
    counted = select(func.count()).select_from(CampaignDocument).where(*here)
    if (await db.scalar(counted) or 0) >= MOST:
        raise Conflict(_("Twenty documents are here already. Remove one to make room."))
    return await _keep(db, viewer, campaign, prepared, description)


async def remove_document(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, document_id: int
) -> None:
    """Removes a document with its bytes from a campaign whose row is locked; that it was there is
    kept. Does nothing where it is removed already; raises NotFound where there is none."""
    document = await locked(db, CampaignDocument, document_id)
    if document.campaign_id != campaign.id:
        raise NotFound
    if document.removed_at:
        return
    must_not_be_archived(campaign)
    document.content = document.stored_as = None
    document.removed_at, document.removed_by = func.now(), viewer.person_id
    await db.flush()
    await _note(db, viewer, campaign, ValueChange(DOCUMENT, _said(document), None))


async def find_document(db: AsyncSession, viewer: Viewer, token: str) -> StoredDocument:
    """The document with this token; raises NotFound, also where the viewer may not see its
    campaign."""
    found = (
        await rows_of(db, FIND, {"token": token, **viewer.bound}) if TOKEN.fullmatch(token) else []
    )
    if not found:
        raise NotFound
    return StoredDocument(*found[0])


async def content_of_document(db: AsyncSession, document_id: int) -> bytes:
    """The bytes of a document in the database; raises NotFound where there are none any more."""
    found: bytes | None = await db.scalar(CONTENT, {"document_id": document_id})
    if found is None:
        raise NotFound
    return found


async def _keep(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, prepared: PreparedUpload, description: str
) -> int:
    kept = CampaignDocument(
        campaign_id=campaign.id,
        description=description,
        added_by=viewer.person_id,
        **file_columns(prepared),
    )
    db.add(kept)
    await db.flush()
    await _note(db, viewer, campaign, ValueChange(DOCUMENT, None, _said(kept)))
    return kept.id


async def _note(db: AsyncSession, viewer: Viewer, campaign: Campaign, change: ValueChange) -> None:
    if campaign.published_at:
        await note_changes(db, viewer, campaign, [DOCUMENT], [change])


def _said(document: CampaignDocument) -> dict[str, str]:
    return {"file_name": document.file_name, "description": document.description}
