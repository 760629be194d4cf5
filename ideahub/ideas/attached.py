"""Attachments that a viewer may know of: exactly those of the ideas they may know of."""

import re
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.i18n import _, number
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Attachment, Idea
from ideahub.ideas.queries import visible_ideas

TOKEN = re.compile(r"[\w-]{32}", re.ASCII)


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

    @property
    def url(self) -> str:
        """The address of the whole of it."""
        return f"/attachments/{self.token}"

    @property
    def is_picture(self) -> bool:
        """Whether it is shown, rather than offered for keeping."""
        return self.width is not None

    @property
    def weight(self) -> str:
        """How large the file is, in words."""
        if self.size < 100_000:
            return _("%(size)s\N{NO-BREAK SPACE}kB", size=max(1, round(self.size / 1_000)))
        return _("%(size)s\N{NO-BREAK SPACE}MB", size=number(self.size / 1_000_000, decimals=1))


async def attachments_of(db: AsyncSession, idea_id: int) -> list[AttachmentView]:
    """What is attached to an idea, in the order in which it came."""
    found = await db.execute(
        _columns().where(Attachment.idea_id == idea_id).order_by(Attachment.id)
    )
    return [_attached(row) for row in found]


async def find_attachment(db: AsyncSession, viewer: Viewer, token: str) -> AttachmentView:
    """The attachment; raises NotFound where the viewer may not know of its idea."""
    found = None
    if TOKEN.fullmatch(token):
        query = (
            _columns()
            .join(Idea, Idea.id == Attachment.idea_id)
            .join(Campaign, Campaign.id == Idea.campaign_id)
            .where(Attachment.token == token, visible_ideas(viewer))
        )
        found = (await db.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    return _attached(found)


async def content_of(db: AsyncSession, attached: AttachmentView, *, small: bool = False) -> bytes:
    """The bytes, whole or as the small picture; raises NotFound where there are none (any
    more)."""
    column = Attachment.small if small else Attachment.content
    found = await db.scalar(select(column).where(Attachment.id == attached.id))
    if found is None:
        raise NotFound
    return found


def _columns() -> Select[Any]:
    return select(*(getattr(Attachment, name) for name in AttachmentView.__struct_fields__))


def _attached(row: Row[Any]) -> AttachmentView:
    return AttachmentView(**row._mapping)
