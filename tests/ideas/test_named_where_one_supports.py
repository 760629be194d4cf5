"""Beside one's own support one says whether one's name is shown there, and is told who sees it."""

import asyncio

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.campaigns.models import Accepts, Audience, Campaign, Phase
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.ideas.live import ROOMS, SHOWS
from ideahub.ideas.models import Idea, Stage, Vote
from ideahub.organisations.models import Person
from ideahub.realtime.push import Refresh
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.wiring import client_of

COUNTED = "You are counted; your name is not shown."
EVERYONE = "Everyone can see your name here."
STAFF = "Only staff of City of Brookfield can see your name here."
TO_EVERYONE = "Show my name to everyone"
TO_STAFF = "Show my name to staff of City of Brookfield"
TAKE_AWAY = "Only count me"
SHOWN = {"shown": "yes"}


async def an_idea(db: AsyncSession, cast: Cast, audience: Audience = Audience.PUBLIC) -> Idea:
    idea = await make_idea(db, await make_campaign(db, cast.city, audience=audience), cast.ada)
    await db.commit()
    return idea


async def names(browse: Browse, viewer: Person | None, idea: Idea) -> set[int]:
    """The people whose names this viewer is shown as supporters."""
    page = (await (await browse(viewer)).get(f"/ideas/{idea.id}/supporters")).text
    listed = page.split(f'id="idea-{idea.id}-supporters"')[1]
    return {int(part.split('"')[0]) for part in listed.split('href="/profiles/')[1:]}


async def press(browser: Browser, idea: Idea, deed: str = "", **options: object) -> str:
    """Presses a button beside the support; the page or the part that follows."""
    answer = await browser.post(f"/ideas/{idea.id}/vote{deed}", **options)  # type: ignore[arg-type]
    if options.get("htmx"):
        assert answer.status_code in {200, 201}
        return answer.text
    assert answer.status_code == 303
    return (await browser.get(answer.headers["location"])).text


@pytest.mark.parametrize("htmx", [True, False])
async def test_citizens_are_counted_and_can_show_their_name(
    db: AsyncSession, cast: Cast, browse: Browse, htmx: bool
) -> None:
    idea, cem = await an_idea(db, cast), await browse(cast.cem)
    assert COUNTED not in (await cem.get(f"/ideas/{idea.id}")).text
    said = await press(cem, idea, htmx=htmx)
    assert COUNTED in said
    assert TO_EVERYONE in said
    assert await names(browse, None, idea) == set()
    said = await press(cem, idea, "/name", data=SHOWN, htmx=htmx)
    assert EVERYONE in said
    assert TAKE_AWAY in said
    assert await names(browse, None, idea) == {cast.cem.id}
    said = await press(cem, idea, "/name", data={}, htmx=htmx)
    assert COUNTED in said
    assert await names(browse, None, idea) == set()


async def test_staff_are_named_among_colleagues_and_can_be_counted(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, ben = await an_idea(db, cast, Audience.INTERNAL), await browse(cast.ben)
    said = await press(ben, idea)
    assert STAFF in said
    assert TAKE_AWAY in said
    assert await names(browse, cast.ada, idea) == {cast.ben.id}
    said = await press(ben, idea, "/name", data={})
    assert COUNTED in said
    assert TO_STAFF in said
    assert EVERYONE not in said
    assert TO_EVERYONE not in said
    assert await names(browse, cast.ada, idea) == set()


@pytest.mark.parametrize(("default", "shown"), [(True, False), (False, True)])
async def test_the_choice_at_one_idea_goes_before_that_for_all(
    db: AsyncSession, cast: Cast, browse: Browse, default: bool, shown: bool
) -> None:
    one, other = await an_idea(db, cast), await an_idea(db, cast)
    await db.execute(update(Person).where(Person.id == cast.cem.id).values(shows_support=default))
    await db.commit()
    cem = await browse(cast.cem)
    await press(cem, one)
    await press(cem, other)
    await press(cem, one, "/name", data=SHOWN if shown else {})
    assert (cast.cem.id in await names(browse, None, one)) is shown
    assert (cast.cem.id in await names(browse, None, other)) is default
    # Among what one gave, too.
    page = await (await browse(None)).get(f"/profiles/{cast.cem.id}")
    assert page.status_code == 200
    assert (f'/ideas/{one.id}"' in page.text) is shown
    assert (f'/ideas/{other.id}"' in page.text) is default


async def test_what_is_chosen_is_one_deed_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, cem = await an_idea(db, cast), await browse(cast.cem)
    await press(cem, idea)
    for _press in range(3):
        await press(cem, idea, "/name", data=SHOWN)
    told = select(func.count()).where(Event.kind == Kind.VOTE_NAMED, Event.idea_id == idea.id)
    assert await db.scalar(told) == 1
    assert await db.scalar(select(Idea.votes_count).where(Idea.id == idea.id)) == 1


async def test_it_is_the_own_support_s_only(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    idea = await an_idea(db, cast)
    ben, stranger = await browse(cast.ben), await browse(None)
    assert (await ben.post(f"/ideas/{idea.id}/vote/name", SHOWN)).status_code == 409
    asked = await stranger.post(f"/ideas/{idea.id}/vote/name", SHOWN)
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/sign-in")
    internal = await an_idea(db, cast, Audience.INTERNAL)
    for who in (cast.cem, cast.zed):
        other = await browse(who)
        assert (await other.post(f"/ideas/{internal.id}/vote/name", SHOWN)).status_code == 404
    assert await db.scalar(select(func.count()).select_from(Vote)) == 0


async def test_a_name_can_be_taken_away_when_support_has_closed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, cem = await an_idea(db, cast), await browse(cast.cem)
    await press(cem, idea)
    await press(cem, idea, "/name", data=SHOWN)
    await db.execute(update(Phase).values(accepts=[Accepts.IDEAS]))
    await db.commit()
    assert TAKE_AWAY in (await cem.get(f"/ideas/{idea.id}")).text
    assert COUNTED in await press(cem, idea, "/name", data={})
    await db.execute(update(Idea).where(Idea.id == idea.id).values(stage=Stage.LEARNED))
    await db.commit()
    assert TO_EVERYONE in (await cem.get(f"/ideas/{idea.id}")).text
    assert await names(browse, None, idea) == set()


async def test_the_page_of_who_supports_has_the_choice(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea, cem = await an_idea(db, cast), await browse(cast.cem)
    url, action = f"/ideas/{idea.id}/supporters", f'action="/ideas/{idea.id}/vote/name"'
    assert action not in (await cem.get(url)).text
    await press(cem, idea)
    assert action in (await cem.get(url)).text
    assert action not in (await (await browse(cast.ben)).get(url)).text


async def test_open_pages_of_who_supports_hear_of_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    """Each fetches its own copy: what was true before is asked for again, by nobody else."""
    idea, cem = await an_idea(db, cast), await browse(cast.cem)
    page = (await cem.get(f"/ideas/{idea.id}/supporters")).text
    assert f"room=supporters%3A{idea.id}" in page or f"room=supporters:{idea.id}" in page
    await press(cem, idea)
    await press(cem, idea, "/name", data=SHOWN)
    await press(cem, idea, "/withdrawal")
    for kind in (Kind.VOTE_CAST, Kind.VOTE_NAMED, Kind.VOTE_WITHDRAWN):
        event = await db.scalar(select(Event).where(Event.kind == kind, Event.idea_id == idea.id))
        assert event
        told = [message for show in SHOWS[kind] for message in await show(db, event)]
        assert Refresh(f"supporters:{idea.id}") in told
        if kind is Kind.VOTE_NAMED:
            assert told == [Refresh(f"supporters:{idea.id}")]


async def test_nobody_listens_there_who_may_not_see_the_idea(db: AsyncSession, cast: Cast) -> None:
    idea = await an_idea(db, cast, Audience.INTERNAL)
    for viewer in (Viewer(), await viewer_of(db, cast.cem), await viewer_of(db, cast.zed)):
        with pytest.raises(NotFound):
            await ROOMS["supporters"](db, viewer, idea.id)
    assert await ROOMS["supporters"](db, await viewer_of(db, cast.ben), idea.id) is not None


@pytest.mark.slow
async def test_two_presses_at_once_are_one_deed(committing: Database, config: Config) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign: Campaign = await make_campaign(db, cast.city)
        idea = await make_idea(db, campaign, cast.ada)
        db.add(Vote(idea_id=idea.id, person_id=cast.cem.id))
        secret = await begin_session(db, cast.cem.id)
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"ideahub={secret}"}
    async with client_of(config, committing) as client:
        sent = [
            client.post(f"/ideas/{idea.id}/vote/name", data=SHOWN, headers=headers)
            for _press in range(6)
        ]
        assert {answer.status_code for answer in await asyncio.gather(*sent)} == {303}
    async with committing.reading() as db:
        told = select(func.count()).where(Event.kind == Kind.VOTE_NAMED)
        assert await db.scalar(told) == 1
