"""Who has to do with an idea follows it by themselves, until they stop."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.conversation.models import Contribution, ContributionKind
from ideahub.core.events import Event, Kind
from ideahub.following.following import IDEAS, follow, followers_of, follows, unfollow
from ideahub.following.models import Follow, idea_follower
from ideahub.ideas.models import CoAuthor, Idea, Vote
from ideahub.ideas.queries import find_idea
from ideahub.organisations.models import Person
from ideahub.sponsorship.models import Pledge, PledgeKind
from tests.conftest import Browse
from tests.support.cast import Cast, add, make_campaign, make_idea, viewer_of


async def whys(db: AsyncSession, idea: Idea) -> dict[int, str]:
    await db.flush()
    columns = idea_follower.c.person_id, idea_follower.c.why
    found = (await db.execute(select(*columns).where(idea_follower.c.idea_id == idea.id))).all()
    assert len(found) == len({row.person_id for row in found})
    return {row.person_id: row.why for row in found}


async def posted(db: AsyncSession, cast: Cast) -> Idea:
    return await make_idea(db, await make_campaign(db, cast.city), cast.ada)


def build(idea: Idea, person: Person, **columns: Any) -> Contribution:
    return Contribution(
        idea_id=idea.id,
        author_id=person.id,
        kind=ContributionKind.BUILD,
        body="Yes, and",
        body_html="Yes, and",
        **columns,
    )


def pledge(idea: Idea, person: Person, **columns: Any) -> Pledge:
    until = (datetime.now(UTC) + timedelta(days=9)).date()
    return Pledge(
        idea_id=idea.id,
        sponsor_id=person.id,
        kind=PledgeKind.MANDATE,
        promise="Ours to try",
        expires_on=until,
        **columns,
    )


async def test_each_is_there_once_for_what_they_have_most_to_do_with_it(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await posted(db, cast)
    people = (cast.ada, cast.ben, cast.sam, cast.cem, cast.zed, cast.mia)
    db.add_all(Follow(idea_id=idea.id, person_id=person.id) for person in people)
    db.add_all(Vote(idea_id=idea.id, person_id=person.id) for person in people[:-2])
    db.add_all([pledge(idea, cast.sam), pledge(idea, cast.ben), build(idea, cast.ben)])
    db.add(CoAuthor(idea_id=idea.id, person_id=cast.mia.id))
    assert await whys(db, idea) == {
        cast.ada.id: "author",
        cast.mia.id: "author",
        cast.ben.id: "builder",
        cast.sam.id: "sponsor",
        cast.cem.id: "supporter",
        cast.zed.id: "own",
    }


async def test_what_was_taken_back_is_followed_no_longer(db: AsyncSession, cast: Cast) -> None:
    idea = await posted(db, cast)
    now = datetime.now(UTC)
    db.add(build(idea, cast.ben, withdrawn_at=now))
    ends = ("withdrawn_at", "declined_at", "lapsed_at")
    for person, end in zip((cast.sam, cast.mia, cast.zed), ends, strict=True):
        db.add(pledge(idea, person, **{end: now}))
    db.add(pledge(idea, cast.cem, accepted_at=now, kept_at=now))
    vote = await add(db, Vote(idea_id=idea.id, person_id=cast.jo.id))
    both = {cast.ada.id: "author", cast.cem.id: "sponsor"}
    assert await whys(db, idea) == both | {cast.jo.id: "supporter"}
    await db.execute(delete(Vote).where(Vote.person_id == vote.person_id))
    assert await whys(db, idea) == both


async def test_who_stopped_stays_out_whatever_they_do_until_they_follow_again(
    db: AsyncSession, cast: Cast
) -> None:
    idea = await posted(db, cast)
    db.add(Vote(idea_id=idea.id, person_id=cast.ben.id))
    await db.commit()
    ben = await viewer_of(db, cast.ben)
    seen = await find_idea(db, ben, idea.id)
    assert await follows(db, ben, IDEAS, idea.id)
    for _twice in range(2):
        await unfollow(db, ben, seen)
    assert not await follows(db, ben, IDEAS, idea.id)
    db.add(build(idea, cast.ben))
    assert cast.ben.id not in await whys(db, idea)
    assert await followers_of(db, IDEAS, idea.id) == 0
    await follow(db, ben, seen)
    assert (await whys(db, idea))[cast.ben.id] == "builder"
    assert await followers_of(db, IDEAS, idea.id) == 1
    deeds = select(Event.kind).where(Event.actor_id == cast.ben.id).order_by(Event.id)
    assert list(await db.scalars(deeds)) == [Kind.IDEA_UNFOLLOWED, Kind.IDEA_FOLLOWED]


async def test_an_author_stops_by_the_same_button(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    idea = await posted(db, cast)
    await db.commit()
    ada = await browse(cast.ada)
    assert "You follow this" in (await ada.get(f"/ideas/{idea.id}")).text
    answer = await ada.post(f"/ideas/{idea.id}/following/withdrawal", htmx=True)
    assert 'aria-pressed="false"' in answer.text
    assert "You follow this" not in (await ada.get(f"/ideas/{idea.id}")).text


async def test_many_followers_are_found_by_indexes(db: AsyncSession, cast: Cast) -> None:
    box = await make_campaign(db, cast.city)
    ideas = [await make_idea(db, box, cast.ada, f"Idea {number}") for number in range(12)]
    numbers = text("generate_series(1, 1500) AS n")
    people = select(text("'Crowd ' || n")).select_from(numbers)
    await db.execute(insert(Person).from_select(["name"], people))
    crowd = select(Idea.id, Person.id).join(Person, Person.name.startswith("Crowd"))
    await db.execute(insert(Vote).from_select(["idea_id", "person_id"], crowd))
    for table in ("vote", "person", "follow", "contribution", "pledge", "co_author", "idea"):
        await db.execute(text(f"ANALYZE {table}"))
    portion = f"idea_id = {ideas[0].id} AND person_id > 40 ORDER BY person_id LIMIT 300"
    for question in (portion, f"person_id = {cast.ben.id}"):
        asked = text(f"EXPLAIN SELECT person_id FROM idea_follower WHERE {question}")
        plan = "\n".join(await db.scalars(asked))
        assert "Seq Scan on vote" not in plan, plan
