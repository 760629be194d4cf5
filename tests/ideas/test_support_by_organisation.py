"""How many organisations support an idea is known exactly, whatever people do at the same time."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.core.db import Database
from ideahub.core.kept_counts import compare
from ideahub.core.viewer import Viewer
from ideahub.ideas.models import Stage
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.ideas.support_kept import SUPPORT_KEPT
from ideahub.ideas.voting import vote, withdraw_vote
from ideahub.pipeline.measuring import measure
from ideahub.server.mending import mend
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.pages_read import pages_read
from tests.support.ripening import at_stage, posted, support
from tests.support.waiting import waits_for_a_row
from tests.test_work_that_grows import heard

Deed = Callable[[AsyncSession], Awaitable[Any]]
# What may become of votes and people, by whatever way: rules, imports, operators.
CHANGES = (
    "insert into vote (idea_id, person_id) select {idea}, id from person on conflict do nothing",
    "insert into vote (idea_id, person_id) select id, {person} from idea on conflict do nothing",
    "delete from vote where idea_id = {idea}",
    "delete from vote where person_id = {person}",
    "delete from vote where (idea_id + person_id) % 3 = 0",
    "update vote set named = true",
    "update person set organisation_id = {city} where id = {person}",
    "update person set organisation_id = null where id = {person}",
    "update person set organisation_id = {ministry} where id % 2 = 0",
    "update person set name = 'Somebody', organisation_id = organisation_id",
    (
        "delete from vote where idea_id = {other};"
        " update vote set idea_id = {other} where idea_id = {idea}"
    ),
    (
        "insert into idea (campaign_id, author_id, title, body, body_html)"
        " select campaign_id, author_id, 'One more', '', '' from idea where id = {idea}"
    ),
    (
        "delete from event; delete from follow; delete from revision;"
        " delete from idea where id = {new}"
    ),
)


async def kept(db: AsyncSession) -> list[tuple[int, int]]:
    """Organisation and votes, of all ideas together."""
    rows = "select organisation_id, sum(votes)::int from idea_support group by 1 order by 1"
    return [tuple(row) for row in (await db.execute(text(rows))).all()]


@pytest.mark.parametrize("seed", range(8))
async def test_it_follows_whatever_happens(db: AsyncSession, cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    campaign = await make_campaign(db, cast.city)
    ideas = [(await make_idea(db, campaign, cast.ada, title)).id for title in "abc"]
    people = (await db.execute(text("select id from person"))).scalars().all()
    for _time in range(30):
        newest = await db.scalar(text("select max(id) from idea"))
        places = {"idea": ideas[0], "other": ideas[1], "new": max(newest or 0, ideas[2])}
        named = {"person": chance.choice(people), "city": cast.city.id}
        changes = chance.choice(CHANGES)
        for change in changes.format(**places, **named, ministry=cast.ministry.id).split(";"):
            await db.execute(text(change))
        assert await compare(db, SUPPORT_KEPT) == (0, []), changes


async def test_votes_go_to_the_organisation_that_somebody_works_for_now(
    db: AsyncSession, cast: Cast
) -> None:
    _, idea = await posted(db, cast)
    for person in (cast.cem, cast.ben, cast.mia):
        viewer = await viewer_of(db, person)
        await vote(db, viewer, await find_idea(db, viewer, idea.id))
    assert await kept(db) == [(0, 1), (cast.city.id, 2)]
    cast.cem.organisation_id = cast.ministry.id
    await db.flush()
    assert await kept(db) == [(0, 0), (cast.city.id, 2), (cast.ministry.id, 1)]


async def test_what_is_wrong_is_named_and_set_right(
    database: Database, db: AsyncSession, cast: Cast
) -> None:
    _, idea = await posted(db, cast)
    await support(db, idea, 3)
    await support(db, idea, 2, cast.ministry)
    right = await kept(db)
    city, ministry = cast.city.id, cast.ministry.id
    await db.execute(text("update idea_support set votes = 9 where organisation_id = 0"))
    await db.execute(text(f"delete from idea_support where organisation_id = {ministry}"))
    await db.execute(text(f"insert into idea_support values ({idea.id}, {city}, 4)"))
    await db.commit()
    whose = {0: "citizens", city: f"organisation {city}", ministry: f"organisation {ministry}"}
    off = [
        (f"votes of {whose[number]} for idea {idea.id}", wrong, counted)
        for number, wrong, counted in sorted(
            ((0, "9", "3"), (city, "4", "0"), (ministry, "0", "2"))
        )
    ]
    assert await compare(db, SUPPORT_KEPT) == (3, off)
    assert await mend(database, SUPPORT_KEPT) == (3, off)
    assert await compare(db, SUPPORT_KEPT) == (0, [])
    assert [one for one in await kept(db) if one[1]] == right


async def move(db: AsyncSession, person: int, organisation: int) -> None:
    change = "update person set organisation_id = :organisation where id = :person"
    await db.execute(text(change), {"person": person, "organisation": organisation})


def for_idea(
    deed: Callable[..., Awaitable[bool]], viewer: Viewer, idea: int
) -> Callable[[AsyncSession], Awaitable[Any]]:
    async def do(db: AsyncSession) -> None:
        await deed(db, viewer, await find_idea(db, viewer, idea))

    return do


async def delete_vote(db: AsyncSession, viewer: Viewer, idea: IdeaView) -> bool:
    """As an operator may, without a word about who did what."""
    gone = "delete from vote where idea_id = :idea and person_id = :person"
    await db.execute(text(gone), {"idea": idea.id, "person": viewer.id})
    return True


@pytest.mark.parametrize("mover_is_first", [False, True])
@pytest.mark.parametrize("deed", [vote, withdraw_vote, delete_vote])
async def test_somebody_votes_while_they_change_their_organisation(
    committing: Database, deed: Callable[..., Awaitable[bool]], mover_is_first: bool
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        idea = (await make_idea(db, await make_campaign(db, cast.city), cast.ada)).id
        cem = await viewer_of(db, cast.cem)
        if deed is not vote:
            await for_idea(vote, cem, idea)(db)

    async def moves(db: AsyncSession) -> None:
        await move(db, cast.cem.id, cast.ministry.id)

    deeds: list[Deed] = [for_idea(deed, cem, idea), moves]
    first, second = reversed(deeds) if mover_is_first else deeds

    async def then() -> None:
        async with committing.transaction() as other:
            await second(other)

    async with committing.transaction() as db:
        await first(db)
        waiting: Any = asyncio.create_task(then())
        waited = await waits_for_a_row(committing, waiting)
    await waiting
    assert waited
    async with committing.reading() as db:
        assert await compare(db, SUPPORT_KEPT) == (0, [])
        assert [one for one in await kept(db) if one[1]] == (
            [(cast.ministry.id, 1)] if deed is vote else []
        )


async def test_many_vote_and_move_and_mend_at_once(committing: Database) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        ideas = [(await make_idea(db, campaign, cast.ada, title)).id for title in "ab"]
        people = [cast.ben, cast.cem, cast.mia, cast.sam, cast.jo]
        viewers = [await viewer_of(db, one) for one in people]
    places: Sequence[int] = (cast.city.id, cast.ministry.id, cast.transport.id)

    async def back_and_forth(viewer: Viewer, chance: random.Random) -> None:
        for _time in range(12):
            async with committing.transaction() as db:
                await for_idea(chance.choice([vote, withdraw_vote]), viewer, chance.choice(ideas))(
                    db
                )

    async def move_about(chance: random.Random) -> None:
        for _time in range(15):
            async with committing.transaction() as db:
                await move(db, chance.choice(people).id, chance.choice(places))

    async def mend_again(chance: random.Random) -> None:
        for _time in range(6):
            async with committing.transaction() as db:
                wrong = f"update idea_support set votes = votes + {chance.randrange(3)}"
                await db.execute(text(f"{wrong} where idea_id = {chance.choice(ideas)}"))
            await mend(committing, SUPPORT_KEPT)

    async with asyncio.timeout(60):
        await asyncio.gather(
            *(back_and_forth(viewer, random.Random(n)) for n, viewer in enumerate(viewers)),
            *(move_about(random.Random(n)) for n in range(2)),
            *(mend_again(random.Random(n)) for n in range(2)),
        )
    async with committing.reading() as db:
        assert await compare(db, SUPPORT_KEPT) == (0, [])


async def test_a_gate_reads_no_more_where_thousands_support_an_idea(
    committing: Database,
) -> None:
    assert isinstance(committing.bind, AsyncEngine)
    async with committing.transaction() as db:
        cast = await make_cast(db)
        _, idea = await posted(db, cast)
        await at_stage(db, idea, Stage.CONCEPT)
        await support(db, idea, 3)
        with heard(committing.bind) as sent:
            await measure(db, [idea.id])
    async with committing.bind.connect() as connection:
        few = await pages_read(connection, *sent[0])
    async with committing.transaction() as db:
        crowd = "insert into person (name) select 'P' || n from generate_series(1, 3000) as n"
        await db.execute(text(crowd))
        votes = (
            "insert into vote (idea_id, person_id) select :idea, id from person where name ~ '^P'"
        )
        await db.execute(text(votes), {"idea": idea.id})
    async with committing.bind.connect() as connection:
        many = await pages_read(connection, *sent[0])
    assert few <= many < few + 10
