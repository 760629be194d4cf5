"""Invitations of those who contributed to the idea of which an entry is made: by name, so that the
captain learns no address."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.inviting import invite
from ideahub.entries.models import EntryContributor, EntryInvitation, EntryMember
from ideahub.entries.queries import ENTRY_ID
from ideahub.organisations.models import Person


class Contributor(msgspec.Struct, frozen=True):
    """Somebody who contributed to the idea and can be invited to the team."""

    person_id: int
    name: str
    address: str


_is_member = exists().where(
    EntryMember.entry_id == ENTRY_ID,
    EntryMember.person_id == EntryContributor.person_id,
    EntryMember.left_at.is_(None),
)
# Whoever said no is not asked again.
_is_invited = exists().where(
    EntryInvitation.entry_id == ENTRY_ID,
    EntryInvitation.person_id == EntryContributor.person_id,
    EntryInvitation.withdrawn_at.is_(None),
    or_(EntryInvitation.expires_at > func.now(), EntryInvitation.declined_at.is_not(None)),
    EntryInvitation.accepted_at.is_(None),
)
INVITABLE = (
    select(Person.id, Person.name, Person.email)
    .join(EntryContributor, EntryContributor.person_id == Person.id)
    .where(
        EntryContributor.entry_id == ENTRY_ID,
        Person.email.is_not(None),
        ~_is_member,
        ~_is_invited,
    )
    .order_by(EntryContributor.id)
)


async def invitable(db: AsyncSession, entry_id: int) -> Sequence[Contributor]:
    """Who contributed to the idea of an entry, and neither belongs to its team nor was invited.
    Checks no permission."""
    return [Contributor(*row) for row in await rows_of(db, INVITABLE, {ENTRY_ID.key: entry_id})]


async def invite_contributor(
    db: AsyncSession, viewer: Viewer, entry_id: int, person_id: int, *, site: str
) -> str:
    """Invites somebody who contributed to the idea and returns their name; the mail is that of
    `invite`, which says what it raises. Raises NotFound for whoever cannot be invited so."""
    found = [one for one in await invitable(db, entry_id) if one.person_id == person_id]
    if not found:
        raise NotFound
    await invite(db, viewer, entry_id, found[0].address, site=site, person_id=person_id)
    return found[0].name
