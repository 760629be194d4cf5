"""What comes of a vote: counts, ranks and shares. Nobody is shown them before the phase is over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, any_, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.phases import PhaseNow
from ideahub.core.db import rows_of
from ideahub.entries.models import Entry, EntryRevision
from ideahub.entries.queries import Decision
from ideahub.public_voting.models import BallotEntry, EntryVote
from ideahub.public_voting.phases import is_counted
from ideahub.public_voting.queries import COUNTS_NOW, BallotState, ballot_state

PHASE_IDS = any_(bindparam("phase_ids", type_=ARRAY(BigInteger)))
_votes = (
    select(func.count())
    .where(EntryVote.ballot_entry_id == BallotEntry.id)
    .correlate(BallotEntry)
    .scalar_subquery()
)
VOTES = (
    select(
        BallotEntry.id,
        BallotEntry.entry_id,
        EntryRevision.title,
        BallotEntry.removed_at.is_not(None),
        Entry.withdrawn_at.is_not(None),
        COUNTS_NOW,
        _votes,
        BallotEntry.phase_id,
    )
    .join(Entry, Entry.id == BallotEntry.entry_id)
    .join(EntryRevision, EntryRevision.id == BallotEntry.revision_id)
    .outerjoin(Decision, true())
    .where(BallotEntry.phase_id == PHASE_IDS)
)


class CountedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry with its votes; without a rank it takes no part any more. `share` is a percentage of
    the votes for all that are ranked."""

    id: int
    entry_id: int
    title: str
    state: BallotState
    votes: int
    rank: int | None
    is_shared: bool
    share: Decimal | None

    @property
    def url(self) -> str:
        """The address of the entry's page on the ballot."""
        return f"/ballot-entries/{self.id}"


class VoteOutcome(msgspec.Struct, frozen=True):
    """What came of the vote of a phase: the entries by rank, those without one at the end."""

    entries: list[CountedEntry]

    @property
    def most(self) -> int:
        """The most votes for one entry, at least 1."""
        return max([one.votes for one in self.entries if one.rank], default=1) or 1


def ranks_of(votes: Mapping[int, int]) -> dict[int, int]:
    """The rank of each by its votes: 1 for the most; those with as many share a rank, and as many
    ranks are left out after it."""
    first: dict[int, int] = {}
    for place, count in enumerate(sorted(votes.values(), reverse=True), 1):
        first.setdefault(count, place)
    return {one: first[count] for one, count in votes.items()}


async def outcome_of(db: AsyncSession, phase: PhaseNow) -> VoteOutcome | None:
    """What came of the vote; None before its end, whoever asks."""
    return (await outcomes_of(db, [phase])).get(phase.id)


async def outcomes_of(db: AsyncSession, phases: Sequence[PhaseNow]) -> dict[int, VoteOutcome]:
    """What came of the votes of these phases, by their numbers; only of those that are over. One
    query, however many there are."""
    over = [phase.id for phase in phases if is_counted(phase)]
    rows = await rows_of(db, VOTES, {"phase_ids": over}) if over else ()
    return {one: _outcome([row for row in rows if row.phase_id == one]) for one in over}


def _outcome(rows: Sequence[Any]) -> VoteOutcome:
    states = {row[0]: ballot_state(*row[3:6]) for row in rows}
    able = {row[0]: row[6] for row in rows if states[row[0]] is BallotState.TAKES_PART}
    ranks, everything = ranks_of(able), sum(able.values())
    holders = Counter(ranks.values())
    found = [
        CountedEntry(
            id=number,
            entry_id=entry_id,
            title=title,
            state=states[number],
            votes=votes,
            rank=ranks.get(number),
            is_shared=holders[ranks.get(number, 0)] > 1,
            share=_share(votes, everything) if number in able else None,
        )
        for number, entry_id, title, *_states, votes, _phase in rows
    ]
    seen = [one for one in found if one.state is not BallotState.REMOVED]
    return VoteOutcome(sorted(seen, key=_order))


def _order(one: CountedEntry) -> tuple[bool, int, str, int]:
    """By rank; those that share one by their titles: their numbers would tell which is which."""
    return one.rank is None, one.rank or 0, one.title, one.id


def _share(votes: int, everything: int) -> Decimal:
    return Decimal(100 * votes) / everything if everything else Decimal(0)
