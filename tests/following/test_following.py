"""People follow ideas: once, seen by all as a number, and found again on their own page."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import Conflict, NotFound, SignInNeeded
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.following.following import IDEAS, follow, followers_of, follows, unfollow
from ideahub.following.live import SHOWS
from ideahub.following.models import Follow
from ideahub.following.queries import followed_ideas
from ideahub.ideas.models import Idea
from ideahub.ideas.queries import find_idea
from ideahub.realtime.push import Push
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of


async def posted(db: AsyncSession, cast: Cast, title: str = "A bench", **campaign: Any) -> Idea:
    place = await make_campaign(db, cast.city, **campaign)
    idea: Idea = await make_idea(db, place, cast.ada, title)
    await db.commit()
    return idea


async def titles(db: AsyncSession, viewer: Viewer) -> list[str]:
    return [idea.title for idea in (await followed_ideas(db, viewer)).ideas]


async def kinds(db: AsyncSession, idea: Idea) -> list[Kind]:
    found = await db.scalars(select(Event.kind).where(Event.idea_id == idea.id).order_by(Event.id))
    return [Kind(kind) for kind in found if kind != Kind.IDEA_POSTED]


async def test_following_once_however_often_pressed(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    ben = await browse(cast.ben)
    for _press in range(2):
        answer = await ben.post(f"/ideas/{idea.id}/following", htmx=True)
        assert answer.status_code == 200
        assert 'aria-pressed="true"' in answer.text
    assert await follows(db, await viewer_of(db, cast.ben), IDEAS, idea.id)
    assert await kinds(db, idea) == [Kind.IDEA_FOLLOWED]
    for _press in range(2):
        answer = await ben.post(f"/ideas/{idea.id}/following/withdrawal", htmx=True)
        assert 'aria-pressed="false"' in answer.text
    assert await followers_of(db, IDEAS, idea.id) == 0
    assert await kinds(db, idea) == [Kind.IDEA_FOLLOWED, Kind.IDEA_UNFOLLOWED]


async def test_without_javascript_one_comes_back_to_the_idea(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    ben = await browse(cast.ben)
    answer = await ben.post(f"/ideas/{idea.id}/following")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/ideas/{idea.id}")
    page = (await ben.get(f"/ideas/{idea.id}")).text
    assert "1 person follows this idea." in page
    assert f'action="/ideas/{idea.id}/following/withdrawal"' in page
    assert "You follow this" not in (await (await browse(cast.mia)).get(f"/ideas/{idea.id}")).text


async def test_many_at_once_are_counted_exactly(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        people = [await viewer_of(db, getattr(cast, name)) for name in ("ben", "cem", "mia", "sam")]

    async def press(number: int) -> None:
        async with committing.transaction() as db:
            viewer = people[number % len(people)]
            await follow(db, viewer, await find_idea(db, viewer, idea.id))

    await asyncio.gather(*(press(number) for number in range(20)))
    async with committing.reading() as db:
        assert await followers_of(db, IDEAS, idea.id) == len(people)
        assert len(await kinds(db, idea)) == len(people)


async def test_who_may_not_see_an_idea_cannot_follow_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast, audience=Audience.INTERNAL)
    zed = await browse(cast.zed)
    for address in ("following", "following/withdrawal"):
        assert (await zed.post(f"/ideas/{idea.id}/{address}")).status_code == 404
    with pytest.raises(NotFound):
        await find_idea(db, await viewer_of(db, cast.zed), idea.id)
    assert await db.scalar(select(func.count()).select_from(Follow)) == 0


async def test_a_stranger_signs_in_first(db: AsyncSession, cast: Cast) -> None:
    idea = await find_idea(db, STRANGER, (await posted(db, cast)).id)
    for deed in (follow, unfollow):
        with pytest.raises(SignInNeeded):
            await deed(db, STRANGER, idea)


async def test_what_was_withdrawn_is_not_followed_but_can_be_let_go(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await posted(db, cast)
    ada = await viewer_of(db, cast.ada)
    await follow(db, ada, await find_idea(db, ada, idea.id))
    idea.withdrawn_at = datetime.now(UTC)
    await db.commit()
    seen = await find_idea(db, ada, idea.id)
    with pytest.raises(Conflict):
        await follow(db, ada, seen)
    await unfollow(db, ada, seen)
    assert await followers_of(db, IDEAS, idea.id) == 0


async def test_the_push_is_what_the_page_shows_and_names_nobody(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    ben = await viewer_of(db, cast.ben)
    await follow(db, ben, await find_idea(db, ben, idea.id))
    await db.commit()
    event = await db.scalar(select(Event).where(Event.kind == Kind.IDEA_FOLLOWED))
    assert event is not None
    (show,) = SHOWS[Kind.IDEA_FOLLOWED]
    (push,) = await show(db, event)
    assert isinstance(push, Push)
    assert (push.room, push.element_id) == (f"idea:{idea.id}", f"idea-{idea.id}-followers")
    assert push.html.strip() in (await (await browse(None)).get(f"/ideas/{idea.id}")).text
    assert "Ben" not in push.html and "form" not in push.html


async def test_one_finds_what_one_follows_and_what_was_posted_last_comes_first(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    ben = await viewer_of(db, cast.ben)
    first, second = await posted(db, cast, "The first"), await posted(db, cast, "The second")
    for idea in (second, first):
        await follow(db, ben, await find_idea(db, ben, idea.id))
        await db.commit()
    assert await titles(db, ben) == ["The second", "The first"]
    page = (await (await browse(cast.ben)).get("/my-page/following")).text
    assert page.index("The second") < page.index("The first")
    second.hidden_at = datetime.now(UTC)
    await db.commit()
    assert await titles(db, ben) == ["The first"]
    assert "The first" not in (await (await browse(cast.cem)).get("/my-page/following")).text
