"""Before the vote closes nobody learns how many votes an entry has: on no surface, in no role.

The same people vote in two ways: once all for one entry, once all for another. Whatever anybody is
shown has to be the same both times, but for their own votes.
"""

import re

import pytest
from litestar import Litestar
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import archive
from ideahub.core.events import Event, Kind
from ideahub.core.outbox import OutgoingMail
from ideahub.organisations.models import Person
from ideahub.public_voting.counting import outcome_of
from ideahub.public_voting.models import BallotPaper, EntryVote
from tests.conftest import Browse, Browser
from tests.public_voting.votes import Vote, close, crowd, make_judge, make_vote, now_of, votes_of
from tests.support.cast import Cast, viewer_of

# What changes from one look to the next without anybody's doing.
PASSING = re.compile(r'cursor=\d+|name="page" value="\w+"|<time.*?</time>', re.DOTALL)
EVENTS = (Kind.PUBLIC_VOTE_CAST, Kind.PUBLIC_VOTE_WITHDRAWN)


def surfaces(made: Vote) -> list[str]:
    """Every address that could tell something about the vote."""
    number, phase = made.campaign.id, made.phase.id
    at = f"/management/{number}"
    return [
        "/",
        "/challenges",
        "/challenges?q=school",
        "/account",
        "/entries",
        "/notifications",
        f"/challenges/{number}",
        f"/challenges/{number}/vote",
        f"/challenges/{number}/vote?phase={phase}",
        f"/challenges/{number}/vote?after={made.on_ballot[0].id}",
        *(f"/challenges/{number}/vote/counts.{ending}" for ending in ("csv", "json", "xlsx")),
        f"/challenges/{number}/results",
        f"/challenges/{number}/changes",
        f"/challenges/{number}/feed.atom",
        f"/challenges/{number}/calendar.ics",
        *(one.url for one in made.on_ballot),
        *(f"/entries/{one.entry_id}" for one in made.on_ballot),
        at,
        f"{at}/vote",
        f"{at}/vote?phase={phase}",
        *(f"{at}/vote/entries/{one.id}/removal" for one in made.on_ballot),
        f"{at}/entries",
        f"{at}/results",
        f"{at}/judging",
    ]


async def looked_at(browser: Browser, addresses: list[str]) -> dict[str, tuple[int, str]]:
    """What each of them says."""
    found = {}
    for address in addresses:
        answer = await browser.get(address)
        found[address] = (answer.status_code, PASSING.sub("", answer.text))
    # The last refusal may have left a sentence for the next page.
    await browser.get("/")
    return found


async def everyone_votes(db: AsyncSession, made: Vote, voters: list[Person], at: int) -> None:
    """All of them vote for the same entry, and for none before."""
    await db.execute(delete(EntryVote))
    await db.execute(delete(BallotPaper))
    await db.execute(delete(Event).where(Event.kind.in_(EVENTS)))
    for person in voters:
        await votes_of(db, person, made.on_ballot[at])
    await db.commit()


@pytest.mark.slow
async def test_no_surface_tells_for_what_people_vote(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    made = await make_vote(db, cast)
    await make_judge(db, made, cast.jo)
    voters = await crowd(db, 7)
    browsers = {
        person.name if person else "stranger": await browse(person)
        for person in (None, cast.ben, cast.cem, cast.mia, cast.ann, cast.jo)
    }
    seen = []
    for at in (0, 1):
        await everyone_votes(db, made, voters, at)
        seen.append({who: await looked_at(one, surfaces(made)) for who, one in browsers.items()})
    first, second = seen
    page = f"/challenges/{made.campaign.id}/vote"
    for who, pages in first.items():
        assert pages[page][0] == 200
        assert "7 people have voted." in pages[page][1]
        assert f"{page}/counts.csv" in pages
        assert pages[f"{page}/counts.csv"][0] == 404
        for address, answer in pages.items():
            assert answer == second[who][address], (who, address)


async def test_events_and_pushes_say_only_that_somebody_voted(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    made = await make_vote(db, cast)
    voters = await crowd(db, 3)
    mails = (await db.scalars(select(OutgoingMail.id))).all()
    pushed = []
    for at in (0, 1):
        await everyone_votes(db, made, voters, at)
        told = []
        cast_events = select(Event).where(Event.kind == Kind.PUBLIC_VOTE_CAST)
        for event in await db.scalars(cast_events.order_by(Event.id)):
            assert event.data == {}
            assert event.subject_type == "phase"
            for show in app.state.hub.shows[Kind.PUBLIC_VOTE_CAST]:
                told += await show(db, event)
        pushed.append([str(one) for one in told])
    assert pushed[0] == pushed[1]
    assert "3 people have voted." in pushed[0][-1]
    assert (await db.scalars(select(OutgoingMail.id))).all() == mails


@pytest.mark.parametrize("who", ["mia", "ann"])
async def test_counts_are_there_once_it_is_over(
    db: AsyncSession, cast: Cast, browse: Browse, who: str
) -> None:
    made = await make_vote(db, cast)
    await everyone_votes(db, made, await crowd(db, 4), 2)
    assert await outcome_of(db, await now_of(db, made.phase)) is None
    await close(db, made.phase)
    await db.commit()
    page = await (await browse(getattr(cast, who))).get(f"/challenges/{made.campaign.id}/vote")
    assert "100.0" in page.text
    outcome = await outcome_of(db, await now_of(db, made.phase))
    assert outcome is not None
    assert [(one.title, one.votes, one.rank) for one in outcome.entries] == [
        ("Safe crossings", 4, 1),
        ("Green lanes", 0, 2),
        ("Slow streets", 0, 2),
    ]


async def test_archiving_tells_nothing_before_the_end(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """The vote is stopped, but could go on once the challenge is taken out of the archive."""
    made = await make_vote(db, cast)
    await everyone_votes(db, made, await crowd(db, 2), 1)
    await archive(db, await viewer_of(db, cast.mia), made.campaign.id, "No money left.")
    await db.commit()
    assert await outcome_of(db, await now_of(db, made.phase)) is None
    mia, at = await browse(cast.mia), f"/challenges/{made.campaign.id}/vote"
    page = (await mia.get(at)).text
    assert "The vote was stopped before its end" in page
    assert "100.0" not in page
    assert (await mia.get(f"{at}/counts.csv")).status_code == 404


async def test_what_others_voted_for_stays_theirs_afterwards(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Who voted for what is shown to nobody but them, also once all is counted."""
    made = await make_vote(db, cast)
    one, other = await crowd(db, 2)
    browsers = [await browse(person) for person in (cast.mia, cast.ann, cast.cem)]
    at = f"/challenges/{made.campaign.id}/vote"
    shown = [at, f"{at}/counts.csv", f"/management/{made.campaign.id}/vote"]
    ends, seen = made.phase.closes_at, []
    for first, second in ((one, other), (other, one)):
        await everyone_votes(db, made, [first], 0)
        await votes_of(db, second, made.on_ballot[1])
        await close(db, made.phase)
        await db.commit()
        seen.append([await looked_at(browser, shown) for browser in browsers])
        made.phase.closes_at = ends
        await db.commit()
    assert seen[0] == seen[1]
    assert "2 people have voted." in seen[0][0][at][1]
