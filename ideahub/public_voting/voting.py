"""Rules for voting: each person has some votes, and at most one of them for an entry."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.campaigns.phases import must_accept_in
from ideahub.core.events import Kind, Ref, record
from ideahub.core.i18n import _, ngettext
from ideahub.core.locking import held
from ideahub.core.refusals import Conflict
from ideahub.core.viewer import Viewer
from ideahub.public_voting.models import BallotPaper, EntryVote
from ideahub.public_voting.queries import (
    BallotEntryView,
    BallotState,
    ballot_entry,
    own_on_ballot,
    votes_each,
)
from ideahub.public_voting.who_may_vote import must_be_voter


async def vote(db: AsyncSession, viewer: Viewer, seen: BallotEntryView) -> bool:
    """Casts a vote of the viewer for an entry on a ballot; returns False where they have voted for
    it already.

    The caller has found it through the viewer. Raises SignInNeeded; Forbidden for organisers and
    judges; Conflict where the phase takes no votes now, for an entry of one's own or that takes no
    part any more, and where the viewer has no vote left.
    """
    # Until the transaction ends, nobody changes the ballot or how many votes each has.
    await must_accept_in(db, seen.phase_id, Accepts.PUBLIC_VOTING)
    campaign = await db.get_one(Campaign, seen.campaign_id)
    await must_be_voter(db, viewer, campaign.id, campaign.organisation_id)
    entry = await ballot_entry(db, seen.id)
    await _must_take_votes(db, viewer, entry)
    paper_id = await _own_paper(db, viewer, entry.phase_id)
    if await _has_voted(db, paper_id, entry.id):
        return False
    await _must_have_left(db, paper_id, entry.phase_id)
    db.add(EntryVote(paper_id=paper_id, ballot_entry_id=entry.id))
    await _record(db, Kind.PUBLIC_VOTE_CAST, viewer, entry)
    return True


async def take_back(db: AsyncSession, viewer: Viewer, seen: BallotEntryView) -> bool:
    """Takes the viewer's vote for this entry back; returns False where there is none.

    Raises SignInNeeded, and Conflict where the phase takes no votes now.
    """
    await must_accept_in(db, seen.phase_id, Accepts.PUBLIC_VOTING)
    own = BallotPaper.phase_id == seen.phase_id, BallotPaper.person_id == viewer.person_id
    paper_id = await db.scalar(held(select(BallotPaper.id).where(*own)))
    gone = await db.scalar(
        delete(EntryVote)
        .where(EntryVote.paper_id == paper_id, EntryVote.ballot_entry_id == seen.id)
        .returning(EntryVote.id)
    )
    if gone is None:
        return False
    await _record(db, Kind.PUBLIC_VOTE_WITHDRAWN, viewer, seen)
    return True


async def _must_take_votes(db: AsyncSession, viewer: Viewer, entry: BallotEntryView) -> None:
    if entry.state is BallotState.REMOVED:
        raise Conflict(_("This entry was taken off the ballot."))
    if not entry.takes_part:
        raise Conflict(_("This entry takes no part in the vote any more."))
    if entry.id in await own_on_ballot(db, viewer, entry.phase_id):
        raise Conflict(_("This is your team's own entry: you can vote for others."))


async def _own_paper(db: AsyncSession, viewer: Viewer, phase_id: int) -> int:
    """The viewer's ballot paper, locked: what they do in another tab waits."""
    values = {"phase_id": phase_id, "person_id": viewer.person_id}
    await db.execute(insert(BallotPaper).values(**values).on_conflict_do_nothing())
    own = select(BallotPaper.id).filter_by(**values)
    return int((await db.execute(held(own))).scalar_one())


async def _has_voted(db: AsyncSession, paper_id: int, ballot_entry_id: int) -> bool:
    own = select(EntryVote.id).filter_by(paper_id=paper_id, ballot_entry_id=ballot_entry_id)
    return await db.scalar(own) is not None


async def _must_have_left(db: AsyncSession, paper_id: int, phase_id: int) -> None:
    most = await votes_each(db, phase_id)
    used = await db.scalar(select(func.count()).select_from(EntryVote).filter_by(paper_id=paper_id))
    if (used or 0) >= most:
        raise Conflict(
            ngettext(
                "You have used your vote. Take it back first, then vote for another entry.",
                "You have used your %(num)s votes. Take one back first, then vote for another "
                "entry.",
                most,
            )
        )


async def _record(db: AsyncSession, kind: Kind, viewer: Viewer, entry: BallotEntryView) -> None:
    """The event says that somebody voted in a phase, and never for what."""
    on, phase = Ref(Campaign, entry.campaign_id), Ref(Phase, entry.phase_id)
    await record(db, kind, viewer, on=on, subject=phase)
