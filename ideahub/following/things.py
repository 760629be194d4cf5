"""What can be followed besides ideas, campaigns and people: organisations and tags."""

from typing import NamedTuple
from urllib.parse import quote

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.askers import find_asker
from ideahub.core.lengths import TAG
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.tagging import tidy_tags


class Host(msgspec.Struct, frozen=True):
    """An organisation, as everyone may know of it."""

    id: int
    name: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/organisations/{self.id}"


class Tag(NamedTuple):
    """A tag, by its text."""

    id: str

    @property
    def url(self) -> str:
        """The address of the list of the ideas that have it."""
        return f"/ideas?tag={quote(self.id, safe='')}"


async def find_host(db: AsyncSession, viewer: Viewer, organisation_id: int) -> Host:
    """The organisation; raises NotFound where the viewer may not know of it."""
    found = await find_asker(db, viewer, organisation_id)
    return Host(found.id, found.name)


def find_tag(typed: str) -> Tag:
    """The tag as ideas have it; raises NotFound for what can be no tag."""
    tags = tidy_tags([typed])
    if len(tags) != 1 or len(typed) > TAG:
        raise NotFound
    return Tag(tags[0])
