"""What open pages are told of a public vote: how many people have voted, and never for what."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.http.pages import render
from ideahub.public_voting.models import BallotEntry
from ideahub.public_voting.queries import turnout
from ideahub.realtime.hub import Show
from ideahub.realtime.push import Push, Refresh, RoomMessage


async def show_turnout(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """How many people have voted in the phase."""
    phase_id = event.subject_id or 0
    html = render(
        "public_voting/_turnout.html", phase_id=phase_id, turnout=await turnout(db, phase_id)
    )
    return [Push(f"campaign:{event.campaign_id}", f"vote-{phase_id}-turnout", html)]


async def show_ballot(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """Another ballot: each page has it in an order of its own, so all are fetched again."""
    return [Refresh(f"campaign:{event.campaign_id}")]


async def show_entry(db: AsyncSession, event: Event) -> Sequence[RoomMessage]:
    """Whether an entry that is on a ballot still takes part."""
    on_ballot = select(BallotEntry.id).filter_by(entry_id=event.subject_id).limit(1)
    return await show_ballot(db, event) if await db.scalar(on_ballot) else []


SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.PUBLIC_VOTE_CAST: (show_turnout,),
    Kind.PUBLIC_VOTE_WITHDRAWN: (show_turnout,),
    Kind.PUBLIC_VOTE_CHANGED: (show_ballot,),
    Kind.BALLOT_FILLED: (show_ballot,),
    Kind.BALLOT_ENTRY_REMOVED: (show_ballot,),
    Kind.ENTRY_WITHDRAWN: (show_entry,),
    Kind.ENTRY_SUBMITTED: (show_entry,),
    Kind.ENTRY_TRIAGED: (show_entry,),
}
