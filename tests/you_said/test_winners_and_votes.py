"""“You said, we did” names who won and tells the votes, as far as everyone may know of them."""

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.events import Event, Kind, record
from ideahub.entries.models import EntryRevision
from ideahub.public_voting.models import BallotEntry
from ideahub.results.models import Award
from ideahub.you_said.adding import add_until
from ideahub.you_said.models import OutcomeSummary
from ideahub.you_said.preparing import count_again, prepare_for_campaign
from ideahub.you_said.publishing import publish
from tests.conftest import Browse
from tests.public_voting.votes import Vote, close, crowd, make_vote, votes_of
from tests.support.cast import HOUR, Cast, add, viewer_of


async def published(db: AsyncSession, cast: Cast, campaign: Campaign) -> str:
    """The address of the page, with the figures of now."""
    mia = await viewer_of(db, cast.mia)
    summary = await db.get_one(OutcomeSummary, await prepare_for_campaign(db, mia, campaign))
    await count_again(db, mia, summary)
    await publish(db, mia, summary, summary.saved)
    await db.commit()
    return f"{campaign.url}/you-said"


async def won(db: AsyncSession, cast: Cast, told: Vote, title: str, place: int = 0) -> Award:
    """An award for one of the three entries, which is confirmed."""
    return await add(
        db,
        Award(
            campaign_id=told.campaign.id,
            entry_id=told.on_ballot[place].entry_id,
            title=title,
            decided_by=cast.mia.id,
            confirmed_at=datetime.now(UTC) - HOUR,
            confirmed_by=cast.mia.id,
        ),
    )


async def test_votes_are_told_once_the_vote_is_over(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told, guest = await make_vote(db, cast), await browse(None)
    first, second = told.on_ballot[1], told.on_ballot[0]
    for person, entry in zip(await crowd(db, 3), (first, first, second), strict=True):
        await votes_of(db, person, entry)
    page = (await guest.get(await published(db, cast, told.campaign))).text
    assert "3 entries were submitted." in page
    assert "in the public vote" not in page and "Slow streets" not in page and "Votes" not in page
    await close(db, told.phase)
    page = (await guest.get(await published(db, cast, told.campaign))).text
    vote = f'href="{told.campaign.url}/vote?phase={told.phase.id}" dir="auto">{first.title}</a>'
    assert vote in page and "got 2 votes in the public vote, and no entry got more." in page
    table = page.split('id="counted"')[1]
    assert '<th scope="col">Entry</th>' in table and '<th scope="col">Votes</th>' in table
    assert f'href="{first.url}"' in table and "<td>2</td>" in table and "<td>1</td>" in table
    # Whoever is taken off afterwards is named no more; where the vote goes on, no votes are told.
    (await db.get_one(BallotEntry, first.id)).removed_at = datetime.now(UTC)
    await db.commit()
    assert "Slow streets" not in (await guest.get(f"{told.campaign.url}/you-said")).text
    await close(db, told.phase, ago=-HOUR)
    await db.commit()
    page = (await guest.get(f"{told.campaign.url}/you-said")).text
    assert "Green lanes" not in page and "in the public vote" not in page


async def test_winners_are_named_once_their_award_is_confirmed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    told, guest = await make_vote(db, cast), await browse(None)
    first = await won(db, cast, told, "First prize")
    waits = await won(db, cast, told, "Second prize", place=1)
    waits.confirmed_at = None
    revision = await db.get_one(EntryRevision, told.on_ballot[0].revision_id)
    at = await published(db, cast, told.campaign)
    page = (await guest.get(at)).text
    entry = f'“<a href="{told.campaign.url}/results" dir="auto">Green lanes</a>”'
    assert f"{entry} by <bdi>Cem Aydin</bdi> won “<bdi>First prize</bdi>” in “" in page
    assert "Second prize" not in page and "Slow streets" not in page
    # A team is named by its name.
    revision.team_name = "فريق الجسر"
    await db.commit()
    page = (await guest.get(at)).text
    assert "by <bdi>فريق الجسر</bdi> won" in page and "Cem Aydin" not in page
    # An award that is confirmed later is added by itself; one that is revoked is told no more.
    waits.confirmed_at, waits.confirmed_by = datetime.now(UTC), cast.mia.id
    mia = await viewer_of(db, cast.mia)
    await record(db, Kind.AWARD_CONFIRMED, mia, on=told.campaign, subject=waits)
    later = {"created_at": func.statement_timestamp()}
    await db.execute(update(Event).where(Event.subject_id == waits.id).values(later))
    present = (await db.execute(select(func.pg_current_xact_id()))).scalar_one()
    await add_until(db, int(str(present)) + 1)
    first.revoked_at = datetime.now(UTC)
    await db.commit()
    page = (await guest.get(at)).text
    assert "Second prize" in page.split('id="since"')[1]
    assert "First prize" not in page


async def test_of_many_awards_eight_are_named(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    told = await make_vote(db, cast)
    for number in range(10):
        award = await won(db, cast, told, f"Prize {number}.")
        award.amount, award.currency = Decimal(1000 - number), "EUR"
    page = (await (await browse(None)).get(await published(db, cast, told.campaign))).text
    assert [f"Prize {number}." in page for number in range(10)] == [True] * 8 + [False] * 2
    assert "2 more awards were given in “" in page
