"""Queries for the team of an entry: its members, who is invited, and their names."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import rows_of
from ideahub.entries.models import EntryInvitation, EntryMember
from ideahub.entries.queries import ENTRY_ID
from ideahub.organisations.models import Person


class MemberView(msgspec.Struct, frozen=True):
    """Somebody who belongs to the team of an entry now."""

    person_id: int
    name: str
    title: str
    email: str | None
    language: str | None
    role: str
    joined_at: datetime
    organisation_id: int | None


MEMBERS = (
    select(
        EntryMember.person_id,
        Person.name,
        Person.title,
        Person.email,
        Person.language,
        EntryMember.role,
        EntryMember.joined_at,
        Person.organisation_id,
    )
    .join(Person, Person.id == EntryMember.person_id)
    .where(EntryMember.entry_id == ENTRY_ID, EntryMember.left_at.is_(None))
    .order_by(EntryMember.joined_at, EntryMember.id)
)


async def members_of(db: AsyncSession, entry_id: int) -> list[MemberView]:
    """Who belongs to the entry now, in the order in which they joined. Checks no permission."""
    return [MemberView(*row) for row in await rows_of(db, MEMBERS, {"entry_id": entry_id})]


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation to the team of an entry that was not answered yet; with the name of whoever
    was invited by it and not by an address."""

    id: int
    address: str
    name: str | None
    role: str
    expires_at: datetime
    is_expired: bool


INVITATIONS = (
    select(
        EntryInvitation.id,
        EntryInvitation.address,
        Person.name,
        EntryInvitation.role,
        EntryInvitation.expires_at,
        EntryInvitation.expires_at <= func.now(),
    )
    .outerjoin(Person, Person.id == EntryInvitation.person_id)
    .where(
        EntryInvitation.entry_id == ENTRY_ID,
        EntryInvitation.accepted_at.is_(None),
        EntryInvitation.declined_at.is_(None),
        EntryInvitation.withdrawn_at.is_(None),
    )
    .order_by(EntryInvitation.id)
)


async def open_invitations(db: AsyncSession, entry_id: int) -> list[InvitationView]:
    """The invitations that nobody has answered yet. Checks no permission."""
    return [InvitationView(*row) for row in await rows_of(db, INVITATIONS, {"entry_id": entry_id})]


NAMES = select(Person.id, Person.name).where(
    Person.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))
)


async def names_of(db: AsyncSession, person_ids: Sequence[int | None]) -> dict[int, str]:
    """The names of these people, by their numbers."""
    wanted = sorted({one for one in person_ids if one})
    found = await rows_of(db, NAMES, {"ids": wanted}) if wanted else ()
    return {row.id: row.name for row in found}
