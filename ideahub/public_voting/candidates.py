"""Which entries can be put on the ballot of a phase."""

import msgspec
from sqlalchemy import BigInteger, bindparam, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ideahub.core.db import rows_of
from ideahub.entries.models import Entry, EntryRevision
from ideahub.entries.queries import Decision
from ideahub.entries.reading import COUNTS
from ideahub.public_voting.models import BallotEntry

PHASE_ID = bindparam("phase_id", type_=BigInteger)
CAMPAIGN_ID = bindparam("campaign_id", type_=BigInteger)
_later = aliased(Entry)
_carried_on = exists().where(
    _later.carried_from_id == Entry.id,
    _later.submitted_id.is_not(None),
    _later.withdrawn_at.is_(None),
)
_on_ballot = exists().where(
    BallotEntry.phase_id == PHASE_ID,
    BallotEntry.entry_id == Entry.id,
    BallotEntry.removed_at.is_(None),
)
ABLE = (
    select(Entry.id, Entry.number, EntryRevision.title, Entry.submitted_id)
    .join(EntryRevision, EntryRevision.id == Entry.submitted_id)
    .outerjoin(Decision, true())
    .where(*COUNTS)
    .order_by(Entry.number)
)
IN_PHASE = ABLE.where(Entry.phase_id == PHASE_ID, ~_on_ballot)
ANYWHERE = ABLE.where(Entry.campaign_id == CAMPAIGN_ID, ~_carried_on, ~_on_ballot)
# Whether the phase has entries of its own, as those that were carried into it.
HAS_OWN = select(func.count()).where(Entry.phase_id == PHASE_ID, Entry.submitted_id.is_not(None))


class Candidate(msgspec.Struct, frozen=True):
    """An entry that can be put on the ballot, in the revision that was submitted last."""

    entry_id: int
    number: int
    title: str
    revision_id: int


async def candidates_for(db: AsyncSession, campaign_id: int, phase_id: int) -> list[Candidate]:
    """The entries that are not on the phase's ballot and can be put there, by their numbers: those
    that count, in the phase itself where it has entries, else in the whole challenge, each in the
    phase that it was carried into last. Two queries. Checks no permission."""
    asked = {PHASE_ID.key: phase_id}
    ((own,),) = await rows_of(db, HAS_OWN, asked)
    found = await (
        rows_of(db, IN_PHASE, asked)
        if own
        else rows_of(db, ANYWHERE, asked | {CAMPAIGN_ID.key: campaign_id})
    )
    return [Candidate(*row) for row in found]
