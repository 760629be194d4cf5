"""What is on a ballot, how many people have voted, and what is the viewer's own."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Select,
    String,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import VIEWER_ID, Viewer
from ideahub.entries.models import Entry, EntryMember, EntryRevision
from ideahub.entries.queries import Decision
from ideahub.entries.reading import COUNTS
from ideahub.public_voting.models import BallotEntry, BallotPaper, EntryVote, PublicVote

PHASE_ID = bindparam("phase_id", type_=BigInteger)
USUAL_VOTES = 1


class BallotState(StrEnum):
    """Whether votes for an entry on the ballot count."""

    TAKES_PART = "takes_part"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"
    INELIGIBLE = "ineligible"


def ballot_state(is_removed: bool, is_withdrawn: bool, counts: bool) -> BallotState:
    """Whether votes count for an entry that was taken off or withdrawn, or else `counts` or not."""
    if is_removed:
        return BallotState.REMOVED
    if is_withdrawn:
        return BallotState.WITHDRAWN
    return BallotState.TAKES_PART if counts else BallotState.INELIGIBLE


class BallotEntryView(msgspec.Struct, frozen=True):
    """An entry on a ballot, with the answers of the revision that people vote about."""

    id: int
    phase_id: int
    entry_id: int
    number: int
    title: str
    revision_id: int
    form_id: int
    answers: dict[str, Any]
    removed_at: datetime | None
    removal_reason: str
    withdrawn_at: datetime | None
    counts: bool
    campaign_id: int
    newest_id: int | None

    @property
    def state(self) -> BallotState:
        """Whether votes for it count, and if not, why."""
        return ballot_state(self.removed_at is not None, self.withdrawn_at is not None, self.counts)

    @property
    def takes_part(self) -> bool:
        """Whether people can vote for it."""
        return self.state is BallotState.TAKES_PART

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/ballot-entries/{self.id}"


# On a select that joins Entry and Decision.
COUNTS_NOW = and_(*COUNTS)
ON_BALLOT: Select[Any] = (
    select(
        BallotEntry.id,
        BallotEntry.phase_id,
        BallotEntry.entry_id,
        Entry.number,
        EntryRevision.title,
        BallotEntry.revision_id,
        EntryRevision.form_id,
        EntryRevision.answers,
        BallotEntry.removed_at,
        BallotEntry.removal_reason,
        Entry.withdrawn_at,
        COUNTS_NOW,
        Entry.campaign_id,
        Entry.submitted_id,
    )
    .join(Entry, Entry.id == BallotEntry.entry_id)
    .join(EntryRevision, EntryRevision.id == BallotEntry.revision_id)
    .join(Campaign, Campaign.id == Entry.campaign_id)
    .outerjoin(Decision, true())
)
ONE = ON_BALLOT.where(BallotEntry.id == bindparam("ballot_entry_id", type_=BigInteger))
VISIBLE = ONE.where(VISIBLE_CAMPAIGNS)
SOME = ON_BALLOT.where(BallotEntry.id == any_(bindparam("numbers", type_=ARRAY(BigInteger))))
SOME_IN_ORDER = (
    ON_BALLOT.where(
        BallotEntry.phase_id == PHASE_ID,
        BallotEntry.removed_at.is_(None),
        Entry.number > bindparam("after", type_=BigInteger),
    )
    .order_by(Entry.number)
    .limit(bindparam("most", type_=BigInteger))
)
NUMBERS = select(BallotEntry.id).where(
    BallotEntry.phase_id == PHASE_ID, BallotEntry.removed_at.is_(None)
)
# Those that were taken off before anybody voted were never seen.
TAKEN_OFF = ON_BALLOT.where(
    BallotEntry.phase_id == PHASE_ID,
    BallotEntry.removed_at.is_not(None),
    BallotEntry.removal_reason != "",
).order_by(BallotEntry.id)
VOTES_EACH = select(PublicVote.votes_each).where(PublicVote.phase_id == PHASE_ID)
# Whoever has voted, also for an entry that was taken off since: so that the number tells nothing of
# a single entry.
TURNOUT = select(func.count()).where(
    BallotPaper.phase_id == PHASE_ID, exists().where(EntryVote.paper_id == BallotPaper.id)
)
PHASE_IDS = any_(bindparam("phase_ids", type_=ARRAY(BigInteger)))
TURNOUTS = (
    select(BallotPaper.phase_id, func.count())
    .where(
        BallotPaper.phase_id == PHASE_IDS,
        exists().where(EntryVote.paper_id == BallotPaper.id),
    )
    .group_by(BallotPaper.phase_id)
)
SIZES = (
    select(BallotEntry.phase_id, func.count())
    .where(BallotEntry.phase_id == PHASE_IDS, BallotEntry.removed_at.is_(None))
    .group_by(BallotEntry.phase_id)
)
SOMEBODY_VOTED = select(BallotPaper.id).where(BallotPaper.phase_id == PHASE_ID).limit(constant(1))
OWN_VOTES = (
    select(EntryVote.ballot_entry_id)
    .join(BallotPaper, BallotPaper.id == EntryVote.paper_id)
    .where(BallotPaper.phase_id == PHASE_ID, BallotPaper.person_id == VIEWER_ID)
)
# Who belonged to it when it was submitted, or does now.
_then = EntryRevision.people.contains(
    func.jsonb_build_array(func.jsonb_build_object(literal_column("'id'", String), VIEWER_ID))
)
_now = exists().where(
    EntryMember.entry_id == BallotEntry.entry_id,
    EntryMember.person_id == VIEWER_ID,
    EntryMember.left_at.is_(None),
)
OWN_ENTRIES = (
    select(BallotEntry.id)
    .join(EntryRevision, EntryRevision.id == BallotEntry.revision_id)
    .where(BallotEntry.phase_id == PHASE_ID, BallotEntry.removed_at.is_(None), or_(_then, _now))
)


async def find_on_ballot(db: AsyncSession, viewer: Viewer, ballot_entry_id: int) -> BallotEntryView:
    """An entry that is or was on a ballot, for whoever may see its challenge; raises NotFound. That
    the vote has begun is for the caller to ask."""
    asked = {"ballot_entry_id": ballot_entry_id, **viewer.bound}
    found = await rows_of(db, VISIBLE, asked) if ballot_entry_id <= MOST else ()
    if not found:
        raise NotFound
    return BallotEntryView(*found[0])


async def ballot_entry(db: AsyncSession, ballot_entry_id: int) -> BallotEntryView:
    """The same for a rule that has found it through the viewer before."""
    (found,) = await rows_of(db, ONE, {"ballot_entry_id": ballot_entry_id})
    return BallotEntryView(*found)


async def numbers_on_ballot(db: AsyncSession, phase_id: int) -> list[int]:
    """The numbers of what is on the ballot of a phase, in no order."""
    return [number for (number,) in await rows_of(db, NUMBERS, {PHASE_ID.key: phase_id})]


async def some_on_ballot(db: AsyncSession, numbers: Sequence[int]) -> list[BallotEntryView]:
    """These entries of a ballot, in the order of the numbers."""
    rows = await rows_of(db, SOME, {"numbers": list(numbers)})
    found = {row.id: BallotEntryView(*row) for row in rows}
    return [found[number] for number in numbers if number in found]


async def ballot_of(
    db: AsyncSession, phase_id: int, *, after: int = 0, most: int
) -> tuple[list[BallotEntryView], int]:
    """At most `most` entries on the ballot by their numbers, for those who manage it, and the
    number after which the list goes on; 0 at its end."""
    asked = {PHASE_ID.key: phase_id, "after": after, "most": most + 1}
    rows = await rows_of(db, SOME_IN_ORDER, asked)
    found = [BallotEntryView(*row) for row in rows[:most]]
    return found, found[-1].number if len(rows) > most else 0


async def taken_off_ballot(db: AsyncSession, phase_id: int) -> list[BallotEntryView]:
    """Those that were taken off after people had voted, each with the reason."""
    rows = await rows_of(db, TAKEN_OFF, {PHASE_ID.key: phase_id})
    return [BallotEntryView(*row) for row in rows]


async def votes_each(db: AsyncSession, phase_id: int) -> int:
    """For how many entries each person may vote in the phase."""
    found = await rows_of(db, VOTES_EACH, {PHASE_ID.key: phase_id})
    return int(found[0][0]) if found else USUAL_VOTES


async def turnout(db: AsyncSession, phase_id: int) -> int:
    """How many people have voted in the phase."""
    ((count,),) = await rows_of(db, TURNOUT, {PHASE_ID.key: phase_id})
    return int(count)


async def turnouts(db: AsyncSession, phase_ids: Sequence[int]) -> dict[int, int]:
    """How many people have voted in each of these phases; none where nobody has. One query."""
    return {one: int(count) for one, count in await _of_phases(db, TURNOUTS, phase_ids)}


async def ballot_sizes(db: AsyncSession, phase_ids: Sequence[int]) -> dict[int, int]:
    """How many entries are on the ballot of each of these phases. One query."""
    return {one: int(count) for one, count in await _of_phases(db, SIZES, phase_ids)}


async def _of_phases(db: AsyncSession, counts: Select[int, int], phase_ids: Sequence[int]) -> Any:
    return await rows_of(db, counts, {"phase_ids": list(phase_ids)}) if phase_ids else ()


async def somebody_voted(db: AsyncSession, phase_id: int) -> bool:
    """Whether anybody has voted in the phase, though they may have taken it back."""
    return bool(await rows_of(db, SOMEBODY_VOTED, {PHASE_ID.key: phase_id}))


async def own_votes(db: AsyncSession, viewer: Viewer, phase_id: int) -> frozenset[int]:
    """For what on the ballot the viewer has voted; also what was taken off since."""
    asked = {PHASE_ID.key: phase_id, VIEWER_ID.key: viewer.id}
    rows = await rows_of(db, OWN_VOTES, asked) if viewer.signed_in else ()
    return frozenset(number for (number,) in rows)


async def own_on_ballot(db: AsyncSession, viewer: Viewer, phase_id: int) -> frozenset[int]:
    """What on the ballot is of a team that the viewer belongs to."""
    asked = {PHASE_ID.key: phase_id, VIEWER_ID.key: viewer.id}
    rows = await rows_of(db, OWN_ENTRIES, asked) if viewer.signed_in else ()
    return frozenset(number for (number,) in rows)
