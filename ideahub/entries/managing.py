"""What managers see of the entries to a challenge: those that were submitted, and how many drafts
there are."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.campaigns.models import Phase
from ideahub.core.db import constant, rows_of
from ideahub.core.i18n import _
from ideahub.entries.models import Entry, EntryMember, EntryRevision, MemberRole
from ideahub.entries.queries import Decision
from ideahub.organisations.models import Person

PAGE = 50
CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)


class Show(StrEnum):
    """The groups of submitted entries that a manager looks through."""

    ALL = "all"
    UNDECIDED = "undecided"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"


# What was decided about an earlier revision is no decision about this one.
IS_DECIDED = and_(
    Decision.c.is_eligible.is_not(None), Decision.c.decided_about == Entry.submitted_id
)
IS_UNCONFIRMED = and_(Entry.on_behalf_by.is_not(None), Entry.confirmed_at.is_(None))
TAKES_PART = and_(Entry.withdrawn_at.is_(None), ~IS_UNCONFIRMED)
CONDITIONS: Mapping[Show, ColumnElement[bool]] = {
    Show.ALL: true(),
    Show.UNDECIDED: and_(TAKES_PART, or_(~IS_DECIDED, Decision.c.is_eligible.is_(None))),
    Show.ELIGIBLE: and_(TAKES_PART, IS_DECIDED, Decision.c.is_eligible),
    Show.INELIGIBLE: and_(TAKES_PART, IS_DECIDED, ~Decision.c.is_eligible),
    Show.UNCONFIRMED: and_(Entry.withdrawn_at.is_(None), IS_UNCONFIRMED),
    Show.WITHDRAWN: Entry.withdrawn_at.is_not(None),
}


def show_labels() -> dict[Show, str]:
    """What each group is called."""
    return {
        Show.ALL: _("All"),
        Show.UNDECIDED: _("To be checked"),
        Show.ELIGIBLE: _("Eligible"),
        Show.INELIGIBLE: _("Not eligible"),
        Show.UNCONFIRMED: _("Not confirmed"),
        Show.WITHDRAWN: _("Withdrawn"),
    }


class ManagedEntry(msgspec.Struct, frozen=True):
    """A submitted entry in a manager's list."""

    id: int
    number: int
    title: str
    team_name: str
    phase_name: str
    revision: int
    submitted_at: datetime
    timezone: str
    captain_id: int | None
    captain: str | None
    group: str
    reason: str | None


class ManagedPage(msgspec.Struct, frozen=True):
    """A page of the list; `after` is the number of its last entry where there are more."""

    entries: list[ManagedEntry]
    after: int | None


class EntryCounts(msgspec.Struct, frozen=True):
    """How many drafts there are, and how many submitted entries in each group."""

    drafts: int
    groups: dict[Show, int]

    @property
    def submitted(self) -> int:
        """How many were submitted, whatever became of them."""
        return self.groups[Show.ALL]


Captain, Holder = aliased(EntryMember), aliased(Person)
GROUP = case(
    *((CONDITIONS[show], constant(show)) for show in Show if show is not Show.ALL),
    else_=constant(Show.UNDECIDED),
)
_LISTED = (
    select(
        Entry.id,
        Entry.number,
        EntryRevision.title,
        EntryRevision.team_name,
        Phase.name,
        EntryRevision.number,
        EntryRevision.submitted_at,
        Phase.timezone,
        Holder.id,
        Holder.name,
        GROUP,
        Decision.c.reason,
    )
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .join(Phase, Phase.id == Entry.phase_id)
    .outerjoin(
        Captain,
        and_(
            Captain.entry_id == Entry.id,
            Captain.role == constant(MemberRole.CAPTAIN),
            Captain.left_at.is_(None),
        ),
    )
    .outerjoin(Holder, Holder.id == Captain.person_id)
    .outerjoin(Decision, true())
    .where(Entry.campaign_id == CAMPAIGN_ID, Entry.number > bindparam("after", type_=BigInteger))
    .order_by(Entry.number)
    .limit(constant(PAGE + 1))
)
COUNTS = (
    select(
        func.count().filter(Entry.submitted_id.is_(None), Entry.withdrawn_at.is_(None)),
        *(func.count().filter(Entry.submitted_id.is_not(None), CONDITIONS[show]) for show in Show),
    )
    .select_from(Entry)
    .outerjoin(Decision, true())
    .where(Entry.campaign_id == CAMPAIGN_ID)
)


@cache
def _listed(show: Show) -> Executable:
    return _LISTED.where(CONDITIONS[show])


async def managed_entries(
    db: AsyncSession, campaign_id: int, show: Show, after: int = 0
) -> ManagedPage:
    """The submitted entries of a group by their numbers, PAGE of them after the one with the number
    `after`. Checks no permission."""
    rows = await rows_of(db, _listed(show), {"campaign_id": campaign_id, "after": after})
    entries = [ManagedEntry(*row) for row in rows[:PAGE]]
    return ManagedPage(entries, entries[-1].number if len(rows) > PAGE else None)


async def count_entries(db: AsyncSession, campaign_id: int) -> EntryCounts:
    """How many entries the campaign has. Checks no permission."""
    ((drafts, *groups),) = await rows_of(db, COUNTS, {"campaign_id": campaign_id})
    return EntryCounts(drafts, dict(zip(Show, groups, strict=True)))
