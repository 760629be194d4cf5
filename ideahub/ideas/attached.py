"""Queries for attachments: the viewer may see those of the ideas that they may see."""

from typing import Any

import msgspec
from sqlalchemy import BigInteger, Row, String, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.files.keeping import TOKEN
from ideahub.core.i18n import _, number
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Attachment, Idea
from ideahub.ideas.queries import IDEA_ID, VISIBLE_IDEAS


class AttachmentView(msgspec.Struct, frozen=True):
    """An attachment without its bytes."""

    id: int
    idea_id: int
    token: str
    media_type: str
    file_name: str
    description: str
    size: int
    width: int | None
    height: int | None
    stored_as: str | None

    @property
    def url(self) -> str:
        """The address of the whole file."""
        return f"/attachments/{self.token}"

    @property
    def is_picture(self) -> bool:
        """Whether it is a picture, which pages show; a document is offered for download."""
        return self.width is not None

    @property
    def weight(self) -> str:
        """The size of the file with its unit, such as "2.5 MB"."""
        if self.size < 100_000:
            return _("%(size)s\N{NO-BREAK SPACE}kB", size=max(1, round(self.size / 1_000)))
        return _("%(size)s\N{NO-BREAK SPACE}MB", size=number(self.size / 1_000_000, decimals=1))


_ATTACHED = select(*(getattr(Attachment, name) for name in AttachmentView.__struct_fields__))
_SHOWN = Attachment.hidden_at.is_(None)
ATTACHMENTS = _ATTACHED.where(Attachment.idea_id == IDEA_ID, _SHOWN).order_by(Attachment.id)
FIND = (
    _ATTACHED.join(Idea, Idea.id == Attachment.idea_id)
    .join(Campaign, Campaign.id == Idea.campaign_id)
    .where(Attachment.token == bindparam("token", type_=String), _SHOWN, VISIBLE_IDEAS)
)
# The selects of the bytes, by whether they are those of the small picture.
CONTENT = {
    small: select(column).where(Attachment.id == bindparam("attachment_id", type_=BigInteger))
    for small, column in ((False, Attachment.content), (True, Attachment.small))
}


async def attachments_of(db: AsyncSession, idea_id: int) -> list[AttachmentView]:
    """The attachments of an idea, the oldest first. It does not check who may see them."""
    return [_attached(row) for row in await rows_of(db, ATTACHMENTS, {"idea_id": idea_id})]


async def find_attachment(db: AsyncSession, viewer: Viewer, token: str) -> AttachmentView:
    """The attachment with this token; raises NotFound, also where the viewer may not see its
    idea."""
    if not TOKEN.fullmatch(token):
        raise NotFound
    found = await rows_of(db, FIND, {"token": token, **viewer.bound})
    if not found:
        raise NotFound
    return _attached(found[0])


async def content_of(db: AsyncSession, attached: AttachmentView, *, small: bool = False) -> bytes:
    """The bytes of the file, or of its small picture, in the database; raises NotFound where there
    are none (any more)."""
    found: bytes | None = await db.scalar(CONTENT[small], {"attachment_id": attached.id})
    if found is None:
        raise NotFound
    return found


def _attached(row: Row[Any]) -> AttachmentView:
    return AttachmentView(**row._mapping)
