"""Who is told of a vote: teams whose entry is put on the ballot or off it, and all at its end."""

from datetime import timedelta

from litestar import Litestar
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Phase
from ideahub.campaigns.running import announce_phases
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.entries.entering import withdraw_entry
from ideahub.following.following import follow
from ideahub.public_voting.ballot import put_all_on_ballot, take_off_ballot
from ideahub.realtime.push import Push, Refresh
from tests.notifications.test_telling import drain, told
from tests.public_voting.votes import Vote, make_vote, shown, votes_of
from tests.support.cast import Cast, make_cast, viewer_of

ON = "Your entry is put to the vote: Safer school routes"
OFF = "Your entry is off the ballot: Safer school routes"
COUNTED = "The votes are counted: Safer school routes"


async def prepared(database: Database) -> tuple[Cast, Vote]:
    async with database.transaction() as db:
        cast = await make_cast(db)
        made = await make_vote(db, cast, fill=False)
    await drain(database)
    return cast, made


async def test_those_whose_entry_is_put_on_the_ballot_or_taken_off(committing: Database) -> None:
    cast, made = await prepared(committing)
    async with committing.transaction() as db:
        mia = await viewer_of(db, cast.mia)
        await put_all_on_ballot(db, mia, made.campaign, made.phase.id)
    await drain(committing)
    async with committing.reading() as db:
        assert {name for name, subject in await told(db) if subject == ON} == {
            one.name for one in made.entrants
        }
    async with committing.transaction() as db:
        entries = await shown(db, made.phase)
        mia = await viewer_of(db, cast.mia)
        await take_off_ballot(db, mia, made.campaign, made.phase.id, entries[0].id, "")
    await drain(committing)
    async with committing.reading() as db:
        assert [name for name, subject in await told(db) if subject == OFF] == ["Cem Aydin"]


async def test_teams_and_followers_when_it_is_over_and_nobody_who_only_voted(
    committing: Database,
) -> None:
    cast, made = await prepared(committing)
    async with committing.transaction() as db:
        mia = await viewer_of(db, cast.mia)
        await put_all_on_ballot(db, mia, made.campaign, made.phase.id)
        await follow(db, await viewer_of(db, cast.zed), made.campaign)
        await votes_of(db, cast.ben, (await shown(db, made.phase))[1])
        past = func.now() - timedelta(seconds=1)
        await db.execute(update(Phase).where(Phase.id == made.phase.id).values(closes_at=past))
    async with committing.transaction() as db:
        await announce_phases(db)
    await drain(committing)
    async with committing.reading() as db:
        names = {name for name, subject in await told(db) if subject == COUNTED}
    assert names == {*(one.name for one in made.entrants), "Zed Quist"}


async def messages(db: AsyncSession, app: Litestar, kind: Kind) -> list[object]:
    """What open pages hear of the last deed of this kind."""
    last = select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    event = (await db.scalars(last)).one()
    return [message for show in app.state.hub.shows[kind] for message in await show(db, event)]


async def test_open_pages_hear_how_many_have_voted(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    made = await make_vote(db, cast)
    await votes_of(db, cast.ben, made.on_ballot[1])
    (push,) = await messages(db, app, Kind.PUBLIC_VOTE_CAST)
    assert isinstance(push, Push)
    assert push.room == f"campaign:{made.campaign.id}"
    assert push.element_id == f"vote-{made.phase.id}-turnout"
    assert "1 person has voted." in push.html


async def test_open_pages_are_fetched_again_as_the_ballot_changes(
    db: AsyncSession, cast: Cast, app: Litestar
) -> None:
    made = await make_vote(db, cast)
    again = Refresh(f"campaign:{made.campaign.id}")
    assert again in await messages(db, app, Kind.BALLOT_FILLED)
    mia = await viewer_of(db, cast.mia)
    entry = made.on_ballot[1]
    await take_off_ballot(db, mia, made.campaign, made.phase.id, entry.id, "")
    assert again in await messages(db, app, Kind.BALLOT_ENTRY_REMOVED)
    await withdraw_entry(db, await viewer_of(db, cast.cem), made.on_ballot[0].entry_id)
    assert again in await messages(db, app, Kind.ENTRY_WITHDRAWN)
