"""Invitations to teams that wait for the viewer's answer, by the address that is proved as theirs.

Each is answered by the secret link of its mail; this only says that there is one.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import rows_of
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.models import Entry, EntryInvitation, MemberRole
from ideahub.organisations.models import Person


class WaitingInvitation(msgspec.Struct, frozen=True):
    """An invitation that was not answered yet."""

    role: str
    challenge: str
    invited_by: str
    address: str
    expires_at: datetime
    timezone: str

    @property
    def confirms(self) -> bool:
        """Whether it asks to confirm an entry that was made on one's behalf."""
        return self.role == MemberRole.CAPTAIN


Inviter = aliased(Person, name="inviter")
WAITING = (
    select(
        EntryInvitation.role,
        Campaign.title,
        Inviter.name,
        EntryInvitation.address,
        EntryInvitation.expires_at,
        Phase.timezone,
    )
    .join(Person, func.lower(EntryInvitation.address) == func.lower(cast(Person.email, Text)))
    .join(Inviter, Inviter.id == EntryInvitation.invited_by)
    .join(Entry, Entry.id == EntryInvitation.entry_id)
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .join(Phase, Phase.id == Entry.phase_id)
    .where(
        Person.id == VIEWER_ID,
        Person.email_proved_at.is_not(None),
        EntryInvitation.accepted_at.is_(None),
        EntryInvitation.declined_at.is_(None),
        EntryInvitation.withdrawn_at.is_(None),
        EntryInvitation.expires_at > func.statement_timestamp(),
        Entry.withdrawn_at.is_(None),
        VISIBLE_CAMPAIGNS,
    )
    .order_by(EntryInvitation.expires_at, EntryInvitation.id)
)


async def waiting_invitations(db: AsyncSession, viewer: Viewer) -> Sequence[WaitingInvitation]:
    """The invitations that wait for the viewer, what ends first before the others. One query."""
    return [WaitingInvitation(*row) for row in await rows_of(db, WAITING, viewer.bound)]
