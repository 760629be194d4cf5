"""Rules for what is on the ballot of a phase, for those who manage the challenge."""

from collections.abc import Sequence
from random import SystemRandom

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign, Phase
from ideahub.campaigns.phases import PhaseState
from ideahub.core.events import Kind, record
from ideahub.core.i18n import _
from ideahub.core.locking import held, locked
from ideahub.core.refusals import Conflict, Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.public_voting.candidates import Candidate, candidates_for
from ideahub.public_voting.models import LEAST_VOTES, MOST_VOTES, BallotEntry, PublicVote
from ideahub.public_voting.phases import find_voting_phase
from ideahub.public_voting.queries import somebody_voted, votes_each

ON_IT = held(
    select(BallotEntry).where(
        BallotEntry.id == bindparam("ballot_entry_id", type_=BigInteger),
        BallotEntry.phase_id == bindparam("phase_id", type_=BigInteger),
    )
)


async def put_on_ballot(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int, entry_ids: Sequence[int]
) -> int:
    """Puts these entries on the ballot, as they were submitted last, and returns how many are new:
    who presses twice does it once.

    Raises Invalid for no entry and for one that cannot be put there, Conflict once the vote is
    over.
    """
    await _hold_phase(db, campaign, phase_id)
    able = {one.entry_id: one for one in await candidates_for(db, campaign.id, phase_id)}
    if not entry_ids:
        raise Invalid(_("Choose at least one entry."), field="entries")
    there = set(await db.scalars(_on_ballot(phase_id)))
    if set(entry_ids) - able.keys() - there:
        raise Invalid(
            _("One of these entries cannot be put on the ballot any more. Look at the list again."),
            field="entries",
        )
    return await _put(
        db, viewer, campaign, phase_id, [able[one] for one in able if one in entry_ids]
    )


async def put_all_on_ballot(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int
) -> int:
    """Puts every entry on the ballot that can be put there, and returns how many. Raises Conflict
    once the vote is over."""
    await _hold_phase(db, campaign, phase_id)
    return await _put(
        db, viewer, campaign, phase_id, await candidates_for(db, campaign.id, phase_id)
    )


async def take_off_ballot(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    phase_id: int,
    ballot_entry_id: int,
    reason: str,
) -> bool:
    """Takes an entry off the ballot; returns False where it is off already.

    Raises NotFound, Conflict once the vote is over, and Invalid without a reason after people have
    voted: whether for this entry or another makes no difference, so that it tells nothing.
    """
    await _hold_phase(db, campaign, phase_id)
    asked = {"ballot_entry_id": ballot_entry_id, "phase_id": phase_id}
    row = await db.scalar(ON_IT, asked)
    if row is None:
        raise NotFound
    if row.removed_at:
        return False
    voted = await somebody_voted(db, phase_id)
    if voted and not reason:
        raise Invalid(_("Say why: people have voted, and everyone can read it."), field="reason")
    row.removed_at = await db.scalar(select(func.now()))
    row.removed_by = viewer.person_id
    row.removal_reason = reason if voted else ""
    await record(db, Kind.BALLOT_ENTRY_REMOVED, viewer, on=campaign, subject=row)
    return True


async def set_votes_each(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, phase_id: int, most: int
) -> bool:
    """Says for how many entries each person may vote; returns False where it is so already.

    Raises Invalid for a number that is out of bounds, and Conflict once somebody has voted.
    """
    if not LEAST_VOTES <= most <= MOST_VOTES:
        raise Invalid(
            _("Between %(least)s and %(most)s, please.", least=LEAST_VOTES, most=MOST_VOTES),
            field="votes_each",
        )
    await _hold_phase(db, campaign, phase_id)
    if await votes_each(db, phase_id) == most:
        return False
    if await somebody_voted(db, phase_id):
        raise Conflict(
            _("People have voted already, so the number of votes stays as it is."),
            field="votes_each",
        )
    stored = insert(PublicVote).values(phase_id=phase_id, votes_each=most)
    await db.execute(
        stored.on_conflict_do_update(index_elements=["phase_id"], set_={"votes_each": most})
    )
    await record(db, Kind.PUBLIC_VOTE_CHANGED, viewer, on=campaign, votes_each=most)
    return True


async def _hold_phase(db: AsyncSession, campaign: Campaign, phase_id: int) -> None:
    """Locks the phase, which votes hold as it is: they come before or after what is done here."""
    await find_voting_phase(db, campaign.id, phase_id)
    await locked(db, Phase, phase_id)
    phase, _all = await find_voting_phase(db, campaign.id, phase_id)
    if phase.state is PhaseState.PAST:
        raise Conflict(_("The vote is over, so the ballot stays as it was."))


async def _put(
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    phase_id: int,
    chosen: Sequence[Candidate],
) -> int:
    if not chosen:
        return 0
    rows = [
        {
            "phase_id": phase_id,
            "entry_id": one.entry_id,
            "revision_id": one.revision_id,
            "added_by": viewer.person_id,
        }
        # In no order: the addresses of the rows would tell the numbers of the entries.
        for one in SystemRandom().sample(chosen, len(chosen))
    ]
    await db.execute(insert(BallotEntry), rows)
    entries = [one.entry_id for one in chosen]
    await record(db, Kind.BALLOT_FILLED, viewer, on=campaign, entries=entries)
    return len(chosen)


def _on_ballot(phase_id: int) -> Select[int]:
    return select(BallotEntry.entry_id).where(
        BallotEntry.phase_id == phase_id, BallotEntry.removed_at.is_(None)
    )
