"""Counts, shares and ranks: what is published is what anybody would count."""

import csv
import io
import json
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Phase
from ideahub.entries.models import Entry, EntryRevision
from ideahub.http.pages import render
from ideahub.organisations.models import Person
from ideahub.public_voting.ballot import put_all_on_ballot
from ideahub.public_voting.counting import outcome_of, outcomes_of, ranks_of
from ideahub.public_voting.models import BallotEntry, BallotPaper, EntryVote
from ideahub.public_voting.queries import BallotState, turnout
from tests.campaigns.test_prizes import plain_text
from tests.conftest import Browse
from tests.public_voting.votes import Vote, close, crowd, make_vote, now_of, votes_of
from tests.support.cast import HOUR, Cast, add, viewer_of


@given(st.dictionaries(st.integers(1, 50), st.integers(0, 6)))
def test_a_rank_is_one_more_than_how_many_have_more_votes(votes: dict[int, int]) -> None:
    ranks = ranks_of(votes)
    assert ranks == {one: 1 + sum(other > votes[one] for other in votes.values()) for one in votes}


async def put_in(
    db: AsyncSession, made: Vote, people: list[Person], ballots: list[set[int]]
) -> None:
    """So these people have voted, each for the entries at these places."""
    await db.execute(delete(EntryVote))
    await db.execute(delete(BallotPaper))
    for person, places in zip(people, ballots, strict=False):
        paper = BallotPaper(phase_id=made.phase.id, person_id=person.id)
        db.add(paper)
        await db.flush()
        db.add_all(
            EntryVote(paper_id=paper.id, ballot_entry_id=made.on_ballot[at].id) for at in places
        )
    await db.flush()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_the_outcome_is_what_anybody_would_count(
    data: st.DataObject, db: AsyncSession, cast: Cast
) -> None:
    known = getattr(cast, "vote_made", None)
    if known is None:
        known = (await make_vote(db, cast, votes_each=3), await crowd(db, 6))
        object.__setattr__(cast, "vote_made", known)
        await close(db, known[0].phase)
    made, people = known
    ballots = data.draw(st.lists(st.sets(st.integers(0, 2)), max_size=6))
    await put_in(db, made, people, ballots)
    counted = Counter(at for places in ballots for at in places)
    outcome = await outcome_of(db, await now_of(db, made.phase))
    assert outcome is not None
    found = {one.id: one for one in outcome.entries}
    everything = sum(counted.values())
    for at, entry in enumerate(made.on_ballot):
        one = found[entry.id]
        assert one.votes == counted[at]
        better = sum(counted[other] > counted[at] for other in range(3))
        assert one.rank == better + 1
        same = sum(counted[other] == counted[at] for other in range(3))
        assert one.is_shared == (same > 1)
        expected = Decimal(100 * counted[at]) / everything if everything else 0
        assert one.share == expected
    assert [one.rank for one in outcome.entries] == sorted(one.rank or 0 for one in outcome.entries)
    assert await turnout(db, made.phase.id) == sum(bool(places) for places in ballots)


async def test_a_withdrawn_entry_keeps_its_votes_and_has_no_rank(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    gone, other, _third = made.on_ballot
    for person in await crowd(db, 3):
        await votes_of(db, person, gone)
    await votes_of(db, cast.ben, other)
    here = Entry.id == gone.entry_id
    await db.execute(update(Entry).where(here).values(withdrawn_at=func.now()))
    await close(db, made.phase)
    await db.commit()
    outcome = await outcome_of(db, await now_of(db, made.phase))
    assert outcome is not None
    last = outcome.entries[-1]
    assert (last.title, last.votes, last.rank, last.share) == ("Green lanes", 3, None, None)
    assert last.state is BallotState.WITHDRAWN
    assert (outcome.entries[0].rank, outcome.entries[0].share) == (1, Decimal(100))
    page = (await (await browse(None)).get(f"/challenges/{made.campaign.id}/vote")).text
    assert "Withdrawn" in page
    # What it said is shown no longer.
    entry = (await (await browse(None)).get(gone.url)).text
    assert "takes no part in the vote any more" in entry
    assert "We build green lanes" not in entry


async def test_places_are_shared_and_said_to_be(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    voters = await crowd(db, 4)
    for at, person in enumerate(voters):
        await votes_of(db, person, made.on_ballot[at % 2])
    await close(db, made.phase)
    await db.commit()
    page = (await (await browse(None)).get(f"/challenges/{made.campaign.id}/vote")).text
    assert page.count("shared</span>") == 2
    assert page.count("50.0") == 2
    assert "4 people have voted." in page


async def test_the_counts_as_files(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    made = await make_vote(db, cast)
    evil = EntryRevision.id == made.on_ballot[0].revision_id
    await db.execute(update(EntryRevision).where(evil).values(title="=1+1"))
    await votes_of(db, cast.ben, made.on_ballot[0])
    stranger = await browse(None)
    at = f"/challenges/{made.campaign.id}/vote/counts"
    assert (await stranger.get(f"{at}.csv")).status_code == 404
    await close(db, made.phase)
    await db.commit()
    table = (await stranger.get(f"{at}.csv")).content.decode("utf-8-sig")
    head, first, *others = list(csv.reader(io.StringIO(table)))
    assert head == ["Place", "Title", "Votes", "Share in per cent", "State"]
    assert first == ["1", "'=1+1", "1", "100.0000", "counts"]
    assert len(others) == 2
    rows = json.loads((await stranger.get(f"{at}.json")).text)
    assert [row["Votes"] for row in rows] == [1, 0, 0]
    assert (await stranger.get(f"{at}.exe")).status_code == 404
    assert (await stranger.get(f"/challenges/{made.campaign.id}/vote/names.csv")).status_code == 404
    papers = (await db.scalars(select(BallotPaper.person_id))).all()
    assert papers == [cast.ben.id]
    assert "Ben" not in table


async def on_results(db: AsyncSession, made: Vote, *phases: Phase) -> str:
    """What the page of results has of the votes of these phases."""
    now = [await now_of(db, phase) for phase in phases]
    outcomes = await outcomes_of(db, now)
    counted = [(one, outcomes[one.id], 0) for one in now]
    found = {"public_votes": {"outcomes": counted}, "campaign": made.campaign}
    return render("public_voting/_on_results.html", **found)


async def test_nothing_tells_the_number_of_an_entry(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """The files of a result have numbers without titles, so nothing public has both."""
    made = await make_vote(db, cast)
    at = f"/challenges/{made.campaign.id}"
    stranger = await browse(None)
    read = [(await stranger.get(f"{at}/vote")).text]
    read += [(await stranger.get(one.url)).text for one in made.on_ballot]
    await close(db, made.phase)
    # Of entries with as many votes the order tells nothing either.
    first = EntryRevision.id == made.on_ballot[0].revision_id
    await db.execute(update(EntryRevision).where(first).values(title="Zebra crossings"))
    await db.commit()
    read += [(await stranger.get(f"{at}{page}")).text for page in ("/vote", "")]
    read.append(await on_results(db, made, made.phase))
    for page in read:
        assert not re.search(r"No\. \d|E000\d", page)
    outcome = await outcome_of(db, await now_of(db, made.phase))
    assert outcome is not None
    assert [one.title for one in outcome.entries] == [
        "Safe crossings",
        "Slow streets",
        "Zebra crossings",
    ]


async def test_a_ballot_is_stored_in_no_order(db: AsyncSession, cast: Cast) -> None:
    """Its rows have addresses that everyone sees, and would tell the numbers of the entries."""
    made = await make_vote(db, cast, fill=False)
    mia = await viewer_of(db, cast.mia)
    orders = set()
    for _again in range(20):
        await put_all_on_ballot(db, mia, made.campaign, made.phase.id)
        stored = select(BallotEntry.entry_id).order_by(BallotEntry.id)
        orders.add(tuple((await db.scalars(stored)).all()))
        await db.execute(delete(BallotEntry))
    assert len(orders) > 1


async def test_two_votes_are_told_apart_by_their_phases(db: AsyncSession, cast: Cast) -> None:
    made = await make_vote(db, cast)
    now = datetime.now(UTC)
    taken = {"opens_at": now - HOUR, "closes_at": now + HOUR, "accepts": [Accepts.PUBLIC_VOTING]}
    here = {"campaign_id": made.campaign.id, "position": 3, "name": "Final vote"}
    final = await add(db, Phase(**here, **taken))
    mia = await viewer_of(db, cast.mia)
    await put_all_on_ballot(db, mia, made.campaign, final.id)
    await close(db, made.phase)
    headings = re.compile(r'<h2 id="vote-\d+">\s*(.*?)</h2>')
    found = headings.findall(await on_results(db, made, made.phase))
    assert [plain_text(one) for one in found] == ["Public vote"]
    await close(db, final)
    found = headings.findall(await on_results(db, made, made.phase, final))
    assert [plain_text(one) for one in found] == [
        "Public vote: Public vote",
        "Public vote: Final vote",
    ]
