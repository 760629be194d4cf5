"""Who an entry belongs to, and the entries that are one's own."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.models import Entry, EntryMember, MemberRole
from ideahub.organisations.models import Person

ENTRY_ID = bindparam("entry_id", type_=BigInteger)
OWN = (
    select(
        Entry.id,
        Entry.number,
        Entry.title,
        Entry.phase_id,
        Entry.campaign_id,
        EntryMember.role,
    )
    .join(EntryMember, EntryMember.entry_id == Entry.id)
    .where(
        Entry.id == ENTRY_ID,
        Entry.submitted_id.is_not(None),
        EntryMember.person_id == VIEWER_ID,
        EntryMember.left_at.is_(None),
    )
)
TEAMS = (
    select(EntryMember.entry_id, Person.id, Person.name, Person.email, Person.language)
    .join(Person, Person.id == EntryMember.person_id)
    .where(
        EntryMember.entry_id == any_(bindparam("entry_ids", type_=ARRAY(BigInteger))),
        EntryMember.left_at.is_(None),
    )
    .order_by(EntryMember.entry_id, EntryMember.id)
)


class RankedEntry(msgspec.Struct, frozen=True):
    """An entry that its viewer belongs to."""

    id: int
    number: int | None
    title: str
    phase_id: int
    campaign_id: int
    role: MemberRole

    @property
    def is_captain(self) -> bool:
        """Whether the viewer is its captain."""
        return self.role == MemberRole.CAPTAIN


class TeamPerson(msgspec.Struct, frozen=True):
    """Somebody who belongs to an entry, with the address to which mail for them goes."""

    entry_id: int
    id: int
    name: str
    email: str | None
    language: str | None


async def find_own_entry(
    db: AsyncSession, viewer: Viewer, entry_id: int
) -> tuple[Campaign, RankedEntry]:
    """A submitted entry that the viewer belongs to, with its campaign.

    Raises SignInNeeded for a stranger, and NotFound for everyone else."""
    viewer.must_sign_in()
    asked = {ENTRY_ID.key: entry_id, VIEWER_ID.key: viewer.id}
    found = await rows_of(db, OWN, asked) if entry_id <= MOST else []
    if not found:
        raise NotFound
    entry = RankedEntry(*found[0])
    campaign = await db.get(Campaign, entry.campaign_id)
    if campaign is None:
        raise NotFound
    return campaign, msgspec.structs.replace(entry, role=MemberRole(entry.role))


async def teams_of(db: AsyncSession, entry_ids: Sequence[int]) -> dict[int, list[TeamPerson]]:
    """Who belongs to each of these entries now, in one query."""
    teams: dict[int, list[TeamPerson]] = {number: [] for number in entry_ids}
    found: Sequence[Any] = await rows_of(db, TEAMS, {"entry_ids": list(entry_ids)})
    for row in found:
        teams[row.entry_id].append(TeamPerson(*row))
    return teams
