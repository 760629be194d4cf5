"""Queries for entries, as far as the viewer may see them."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.phases import NOW, PhaseState, deadline_of, phase_state
from ideahub.campaigns.queries import MANAGES
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.models import (
    Entry,
    EntryForm,
    EntryInvitation,
    EntryMember,
    EntryRevision,
    MemberRole,
    TriageDecision,
)
from ideahub.organisations.models import Organisation

MOST_LISTED = 100

Own = aliased(EntryMember)
ENTRY_ID = bindparam("entry_id", type_=BigInteger)
IS_MEMBER = exists().where(
    Own.entry_id == Entry.id, Own.person_id == VIEWER_ID, Own.left_at.is_(None)
)
# The manager who makes an entry for somebody writes it until that person confirms it.
IS_STAND_IN = and_(Entry.on_behalf_by == VIEWER_ID, Entry.confirmed_at.is_(None))
# The only condition for who may see an entry; every page, list and file uses it. Its members; and
# once it was submitted, those who manage the challenge. Of a draft they only learn that it is
# there, by counts. Whoever runs a statement with it passes `Viewer.bound`.
VISIBLE_ENTRIES = or_(IS_MEMBER, IS_STAND_IN, and_(Entry.submitted_id.is_not(None), MANAGES))

Decision = (
    select(
        TriageDecision.is_eligible,
        TriageDecision.reason,
        TriageDecision.revision_id.label("decided_about"),
        TriageDecision.created_at.label("decided_at"),
    )
    .where(TriageDecision.entry_id == Entry.id)
    .order_by(TriageDecision.id.desc())
    .limit(constant(1))
    .lateral("last_decision")
)
OwnRole = (
    select(Own.role)
    .where(Own.entry_id == Entry.id, Own.person_id == VIEWER_ID, Own.left_at.is_(None))
    .scalar_subquery()
)


class EntryView(msgspec.Struct, frozen=True):
    """An entry with its challenge, its phase as it is now, its last revision, the last decision
    about it, and what the viewer is in its team."""

    id: int
    campaign_id: int
    phase_id: int
    form_id: int
    number: int | None
    title: str
    team_name: str
    saved: int
    saved_at: datetime | None
    submitted_id: int | None
    withdrawn_at: datetime | None
    on_behalf_by: int | None
    confirmed_at: datetime | None
    idea_id: int | None
    idea_revision: int | None
    carried_from_id: int | None
    created_by: int
    campaign_title: str
    kind: str
    audience: str
    organisation_id: int
    organisation: str
    phase_name: str
    opens_at: datetime | None
    closes_at: datetime | None
    timezone: str
    phase_state: str
    now: datetime
    revision: int | None
    submitted_at: datetime | None
    is_eligible: bool | None
    reason: str | None
    decided_about: int | None
    decided_at: datetime | None
    role: str | None
    # Whether the person for whom it was made has said no; None where nobody was asked.
    is_declined: bool | None
    # Whether entrants answer a newer version of the form now than this entry did.
    has_new_form: bool

    @property
    def __tablename__(self) -> str:
        return Entry.__tablename__

    @property
    def url(self) -> str:
        """The address of the entry's page."""
        return f"/entries/{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether its phase takes entries now; decided again when something is written."""
        return self.phase_state == PhaseState.OPEN

    @property
    def is_captain(self) -> bool:
        """Whether the viewer is its captain."""
        return self.role == MemberRole.CAPTAIN

    @property
    def is_member(self) -> bool:
        """Whether the viewer belongs to its team."""
        return self.role is not None

    @property
    def is_unconfirmed(self) -> bool:
        """Whether somebody still has to confirm that it was made for them."""
        return self.on_behalf_by is not None and self.confirmed_at is None

    @property
    def is_changed(self) -> bool:
        """Whether it was changed after it was submitted."""
        return bool(self.submitted_at and self.saved_at and self.saved_at > self.submitted_at)

    @property
    def eligible(self) -> bool | None:
        """Whether it may be judged, as decided about what is submitted now; None: not decided."""
        return self.is_eligible if self.decided_about == self.submitted_id else None


_COLUMNS: dict[str, Any] = {
    "campaign_title": Campaign.title,
    "kind": Campaign.kind,
    "audience": Campaign.audience,
    "organisation_id": Campaign.organisation_id,
    "organisation": Organisation.name,
    "phase_name": Phase.name,
    "opens_at": Phase.opens_at,
    "closes_at": deadline_of(),
    "timezone": Phase.timezone,
    "phase_state": phase_state(),
    "now": NOW,
    "revision": EntryRevision.number,
    "submitted_at": EntryRevision.submitted_at,
    "is_eligible": Decision.c.is_eligible,
    "reason": Decision.c.reason,
    "decided_about": Decision.c.decided_about,
    "decided_at": Decision.c.decided_at,
    "role": OwnRole,
    "is_declined": select(EntryInvitation.declined_at.is_not(None))
    .where(EntryInvitation.entry_id == Entry.id, EntryInvitation.role == MemberRole.CAPTAIN)
    .order_by(EntryInvitation.id.desc())
    .limit(constant(1))
    .scalar_subquery(),
    "has_new_form": exists()
    .where(
        EntryForm.phase_id == Entry.phase_id,
        EntryForm.frozen_at.is_not(None),
        EntryForm.id > func.coalesce(EntryRevision.form_id, Entry.form_id),
    )
    .correlate(Entry, EntryRevision),
}
ENTRIES: Select[Any] = (
    select(
        *(
            _COLUMNS[name].label(name) if name in _COLUMNS else getattr(Entry, name)
            for name in EntryView.__struct_fields__
        )
    )
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .join(Organisation, Organisation.id == Campaign.organisation_id)
    .join(Phase, Phase.id == Entry.phase_id)
    .outerjoin(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .outerjoin(Decision, true())
)
FIND = ENTRIES.where(Entry.id == ENTRY_ID, VISIBLE_ENTRIES)
# By the index on members, and not every entry with a look at its members.
_own = select(Own.entry_id).where(Own.person_id == VIEWER_ID, Own.left_at.is_(None))
_stood_in = select(Entry.id).where(IS_STAND_IN)
OWN = (
    ENTRIES.where(Entry.id.in_(_own.union_all(_stood_in)))
    .order_by(Entry.created_at.desc(), Entry.id.desc())
    .limit(constant(MOST_LISTED))
)
OWN_IN = OWN.where(Entry.campaign_id == bindparam("campaign_id", type_=BigInteger))


async def find_entry(db: AsyncSession, viewer: Viewer, entry_id: int) -> EntryView:
    """The entry; raises SignInNeeded for a stranger, and NotFound where there is none that the
    viewer may see."""
    viewer.must_sign_in()
    asked = {"entry_id": entry_id, **viewer.bound}
    found = await rows_of(db, FIND, asked) if entry_id <= MOST else ()
    if not found:
        raise NotFound
    return EntryView(*found[0])


async def find_own_entry(db: AsyncSession, viewer: Viewer, entry_id: int) -> EntryView:
    """The entry, for those who write it: its members, or who made it for somebody else. Raises
    SignInNeeded and NotFound."""
    entry = await find_entry(db, viewer, entry_id)
    if not may_write(viewer, entry):
        raise NotFound
    return entry


def may_write(viewer: Viewer, entry: EntryView) -> bool:
    """Whether the viewer writes this entry and sees its draft."""
    stands_in = entry.is_unconfirmed and viewer.is_person(entry.on_behalf_by)
    return entry.is_member or stands_in


def may_submit(viewer: Viewer, entry: EntryView) -> bool:
    """Whether the viewer may submit and withdraw it: its captain, or who stands in for them."""
    return may_write(viewer, entry) and (entry.is_captain or not entry.is_member)


async def own_entries(db: AsyncSession, viewer: Viewer) -> list[EntryView]:
    """The viewer's entries, the newest first, at most MOST_LISTED."""
    return [EntryView(*row) for row in await rows_of(db, OWN, viewer.bound)]


async def own_entries_in(db: AsyncSession, viewer: Viewer, campaign_id: int) -> list[EntryView]:
    """The viewer's entries in this campaign, the newest first."""
    asked = {"campaign_id": campaign_id, **viewer.bound}
    return [EntryView(*row) for row in await rows_of(db, OWN_IN, asked)]
