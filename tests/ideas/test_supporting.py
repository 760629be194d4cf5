"""Support: one vote per person and idea, withdrawable, counted exactly."""

import asyncio

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Accepts, Audience, Phase
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.ideas.live import show_support
from ideahub.ideas.models import Idea, Vote
from ideahub.ideas.queries import find_idea
from ideahub.ideas.voting import vote
from ideahub.organisations.models import Person
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.support.cast import (
    EVERYTHING,
    HOUR,
    Cast,
    make_campaign,
    make_cast,
    make_idea,
    viewer_of,
)


async def count(db: AsyncSession, idea_id: int) -> tuple[int, int]:
    kept = await db.scalar(select(Idea.votes_count).where(Idea.id == idea_id))
    rows = await db.scalar(select(func.count()).where(Vote.idea_id == idea_id))
    return kept or 0, rows or 0


async def test_a_colleague_supports_an_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/vote")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/ideas/{idea.id}"
    assert await count(db, idea.id) == (1, 1)
    assert "You support this" in (await ben.get(f"/ideas/{idea.id}")).text


async def test_pressing_again_changes_nothing(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    for _press in range(3):
        await ben.post(f"/ideas/{idea.id}/vote", htmx=True)
    assert await count(db, idea.id) == (1, 1)
    cast_votes = select(func.count()).where(Event.kind == Kind.VOTE_CAST, Event.idea_id == idea.id)
    assert await db.scalar(cast_votes) == 1


async def test_support_can_be_taken_back(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    await ben.post(f"/ideas/{idea.id}/vote")
    for _press in range(2):
        await ben.post(f"/ideas/{idea.id}/vote/withdrawal")
    assert await count(db, idea.id) == (0, 0)


async def test_htmx_gets_the_viewers_own_button(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/vote", htmx=True)
    assert answer.status_code == 200
    assert 'aria-pressed="true"' in answer.text
    assert "supporter" not in answer.text  # the count has one writer: the push


async def test_nobody_supports_their_own_idea(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ada = await browse(cast.ada)
    assert (await ada.post(f"/ideas/{idea.id}/vote")).status_code == 409
    assert await count(db, idea.id) == (0, 0)


async def test_a_closed_phase_takes_no_votes(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada)
    other = await make_campaign(db, cast.city, accepts=[Accepts.IDEAS])
    idea.campaign_id = other.id
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/vote")
    assert answer.status_code == 409
    assert "not open" in answer.text
    assert await count(db, idea.id) == (0, 0)


async def test_a_stranger_is_asked_to_sign_in(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    stranger = await browse(None)
    answer = await stranger.post(f"/ideas/{idea.id}/vote")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


async def test_an_internal_idea_is_unknown_to_others(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await make_idea(db, box, cast.ada)
    for outsider in (cast.zed, cast.cem):
        browser = await browse(outsider)
        assert (await browser.post(f"/ideas/{idea.id}/vote")).status_code == 404
        assert (await browser.get(f"/ideas/{idea.id}")).status_code == 404
    assert (await (await browse(cast.ben)).get(f"/ideas/{idea.id}")).status_code == 200


async def test_the_room_sees_what_the_page_shows(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    ben = await browse(cast.ben)
    await ben.post(f"/ideas/{idea.id}/vote", htmx=True)
    await db.refresh(idea)
    event = (await db.scalars(select(Event).where(Event.kind == Kind.VOTE_CAST))).one()
    pushes = await show_support(db, event)
    assert {push.room for push in pushes} == {
        f"idea:{idea.id}",
        f"campaign:{idea.campaign_id}",
        "ideas",
    }
    assert isinstance(pushes[0], Push)
    assert isinstance(pushes[1], Push)
    assert pushes[0].html in (await ben.get(f"/ideas/{idea.id}")).text
    assert pushes[1].html in (await ben.get("/ideas")).text


async def test_internal_counts_stay_out_of_the_public_room(db: AsyncSession, cast: Cast) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    idea = await make_idea(db, box, cast.ada)
    viewer = await viewer_of(db, cast.ben)
    await vote(db, viewer, await find_idea(db, viewer, idea.id))
    event = (await db.scalars(select(Event).where(Event.kind == Kind.VOTE_CAST))).one()
    assert {push.room for push in await show_support(db, event)} == {
        f"idea:{idea.id}",
        f"campaign:{box.id}",
    }


@pytest.mark.slow
async def test_a_hundred_at_once_are_counted_exactly(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        people = [Person(name=f"Voter {number}") for number in range(100)]
        db.add_all(people)

    async def press(person: Person) -> None:
        async with committing.transaction() as db:
            viewer = await viewer_of(db, person)
            await vote(db, viewer, await find_idea(db, viewer, idea.id))

    await asyncio.gather(*(press(person) for person in [*people, *people]))
    async with committing.reading() as db:
        assert await count(db, idea.id) == (100, 100)


@pytest.mark.slow
async def test_voting_closes_to_the_second(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city, accepts=EVERYTHING, closes=HOUR)
    idea = await make_idea(db, campaign, cast.ada)
    ben = await browse(cast.ben)
    assert (await ben.post(f"/ideas/{idea.id}/vote")).status_code == 303
    # Half a second from now; what the test itself does before may take longer.
    await db.execute(update(Phase).values(closes_at=func.clock_timestamp() + HOUR / 7200))
    await db.commit()
    await asyncio.sleep(0.6)
    answer = await ben.post(f"/ideas/{idea.id}/vote/withdrawal")
    assert answer.status_code == 409
    assert "This closed on" in answer.text
    assert await count(db, idea.id) == (1, 1)
