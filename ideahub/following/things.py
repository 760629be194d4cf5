"""What can be followed besides ideas, campaigns and people: organisations and tags."""

from typing import NamedTuple
from urllib.parse import quote

import msgspec
from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.lengths import TAG
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.ideas.tagging import tidy_tags
from ideahub.organisations.models import Organisation

HOST = select(Organisation.id, Organisation.name).where(
    Organisation.id == bindparam("organisation_id", type_=BigInteger)
)


class Host(msgspec.Struct, frozen=True):
    """An organisation, as everyone may know of it."""

    id: int
    name: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/hosts/{self.id}"


class Tag(NamedTuple):
    """A tag, by its text."""

    id: str

    @property
    def url(self) -> str:
        """The address of the list of the ideas that have it."""
        return f"/ideas?tag={quote(self.id, safe='')}"


async def find_host(db: AsyncSession, organisation_id: int) -> Host:
    """The organisation; raises NotFound."""
    found = await rows_of(db, HOST, {"organisation_id": min(organisation_id, MOST)})
    if not found:
        raise NotFound
    return Host(*found[0])


def find_tag(typed: str) -> Tag:
    """The tag as ideas have it; raises NotFound for what can be no tag."""
    tags = tidy_tags([typed])
    if len(tags) != 1 or len(typed) > TAG:
        raise NotFound
    return Tag(tags[0])
