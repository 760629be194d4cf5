"""Fills in the public votes of the demo's judged challenges: the ballots by the rules, what the
residents voted for at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Campaign, Phase
from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.demo.shapes import DemoPhase
from ideahub.demo.shapes_judged import DemoVote
from ideahub.entries.models import EntryMember
from ideahub.public_voting.ballot import put_all_on_ballot, set_votes_each
from ideahub.public_voting.models import BallotEntry, BallotPaper, EntryVote

# The place of the phase among those of the challenge.
POSITION = 3


async def fill_vote(
    db: AsyncSession,
    manager: Viewer,
    campaign: Campaign,
    named: DemoPhase,
    planned: DemoVote,
    residents: Sequence[int],
) -> None:
    """Puts all entries on the ballot of the third phase, and lets residents vote."""
    phase = Phase(
        campaign_id=campaign.id,
        position=POSITION,
        name=named.name,
        accepts=[Accepts.PUBLIC_VOTING],
    )
    db.add(phase)
    await db.flush()
    await set_votes_each(db, manager, campaign, phase.id, planned.votes_each)
    await put_all_on_ballot(db, manager, campaign, phase.id)
    await _vote(db, phase.id, planned, residents)
    await _date(db, phase, named)


async def _date(db: AsyncSession, phase: Phase, named: DemoPhase) -> None:
    """The ballot was filled on the first day of the vote, and people voted until it closed, or until now."""
    now, begun = datetime.now(UTC), datetime.now(UTC) + named.opens + timedelta(days=1)
    closed = min(now, now + (named.closes or timedelta()) - timedelta(days=1))
    here = BallotEntry.phase_id == phase.id
    await db.execute(update(BallotEntry).where(here).values(created_at=begun))
    told = Event.kind.in_((Kind.BALLOT_FILLED, Kind.PUBLIC_VOTE_CHANGED))
    of_it = update(Event).where(Event.campaign_id == phase.campaign_id, told)
    await db.execute(of_it.values(created_at=begun))
    share = func.mod(BallotPaper.id * 37, 100) / literal(100.0)
    papers = update(BallotPaper).where(BallotPaper.phase_id == phase.id)
    moment = BallotPaper.created_at - (now - begun) + (closed - begun) * share
    await db.execute(papers.values(created_at=moment))


async def _vote(
    db: AsyncSession, phase_id: int, planned: DemoVote, residents: Sequence[int]
) -> None:
    teams = await _teams(db, phase_id)
    papers = [{"phase_id": phase_id, "person_id": one} for one in residents[: planned.voters]]
    await db.execute(insert(BallotPaper), papers)
    own = select(BallotPaper.person_id, BallotPaper.id).where(BallotPaper.phase_id == phase_id)
    numbers: dict[int, int] = {row.person_id: row.id for row in await db.execute(own)}
    votes = [
        {"paper_id": numbers[person], "ballot_entry_id": entry}
        for place, person in enumerate(numbers)
        for entry in _chosen(place, planned, [one for one in teams if person not in teams[one]])
    ]
    await db.execute(insert(EntryVote), votes)


async def _teams(db: AsyncSession, phase_id: int) -> dict[int, set[int]]:
    """What is on the ballot, each with its team."""
    teams: dict[int, set[int]] = {}
    members = (
        select(BallotEntry.id, EntryMember.person_id)
        .join(EntryMember, EntryMember.entry_id == BallotEntry.entry_id)
        .where(BallotEntry.phase_id == phase_id)
        .order_by(BallotEntry.id)
    )
    for entry, person in await db.execute(members):
        teams.setdefault(entry, set()).add(person)
    return teams


def _chosen(place: int, planned: DemoVote, able: Sequence[int]) -> list[int]:
    """What somebody votes for: the same each time the demo is filled."""
    drawn: Mapping[int, int] = dict(zip(able, planned.drawn_to, strict=False))
    tickets = [entry for entry, weight in drawn.items() for _ in range(weight)]
    start = place * 7 % len(tickets)
    found = dict.fromkeys([*tickets[start:], *tickets[:start]])
    return list(found)[: 1 + place % planned.votes_each]
