"""A search shows one of each text, whatever happens to the ideas, and however much at once."""

import asyncio
from random import Random

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.viewer import STRANGER
from ideahub.form_letters.grouping import read_letters
from ideahub.form_letters.models import UnreadFormLetter
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.models import Idea
from ideahub.ideas.submitting import IdeaText, post_idea
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of

IDEAS = 7
SEARCHES = (
    IdeaFilters(order=IdeaOrder.MATCH, words="fountain"),
    IdeaFilters(order=IdeaOrder.NEWEST, words="fountain"),
    IdeaFilters(order=IdeaOrder.NEWEST, words='"a fountain"'),
)
LETTER = (
    "The city must keep the fountain on the market square running through the summer, because "
    "children who live in small flats have no other place to cool down in the long weeks of heat."
)
OTHER = (
    "We need more benches with backs along the river, so that older people can rest on the way "
    "to the shops and to the surgery without asking anybody for help, near a fountain."
)


async def make_ideas(db: AsyncSession, cast: Cast) -> list[int]:
    campaign = await make_campaign(db, cast.city)
    made = [await make_idea(db, campaign, cast.ada, f"A fountain {n}") for n in range(IDEAS)]
    return [idea.id for idea in made]


async def newest_of_each_text(db: AsyncSession) -> list[int]:
    stands = func.coalesce(Idea.letter_of, Idea.id)
    newest = select(func.max(Idea.id)).where(Idea.is_listed).group_by(stands)
    return sorted(await db.scalars(newest))


async def found(db: AsyncSession, asked: IdeaFilters) -> list[int]:
    return sorted(card.id for card in (await browse_ideas(db, STRANGER, asked)).cards)


@pytest.mark.parametrize("seed", range(3))
async def test_a_search_shows_the_newest_of_each_text_whatever_happens(
    db: AsyncSession, cast: Cast, seed: int
) -> None:
    ideas, chance = await make_ideas(db, cast), Random(seed)
    changes = (
        "letter_of = :other", "letter_of = :other", "letter_of = null", "title = title || ' new'",
        "hidden_at = now()", "hidden_at = null", "hidden_at = null, letter_of = :other",
        "votes_count = 3", "stage = 'concept', letter_of = null",
    )  # fmt: skip
    for _step in range(25):
        one, other = chance.sample(ideas, 2)
        change = f"update idea set {chance.choice(changes)} where id = :one"
        await db.execute(text(change), {"one": one, "other": other})
        wanted = await newest_of_each_text(db)
        for asked in SEARCHES:
            assert await found(db, asked) == wanted, (seed, change)


async def test_letters_are_counted_though_they_are_revised_at_once(
    committing: Database,
) -> None:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        box, author = await make_campaign(db, cast.city), await viewer_of(db, cast.ada)
        sent = [
            await post_idea(db, author, box, IdeaText(f"A fountain {n}", f"{LETTER} {n}"))
            for n in range(IDEAS)
        ]
    ideas = [idea.id for idea in sent]

    async def revise(number: int) -> None:
        changes = (f"body = '{OTHER}'", "hidden_at = now()", f"body = '{LETTER}', hidden_at = null")
        for change in changes:
            async with committing.transaction() as db:
                await db.execute(text(f"update idea set {change} where id = {ideas[number]}"))

    async def count() -> None:
        waits = True
        while waits:
            async with committing.transaction() as db:
                await read_letters(db)
            async with committing.reading() as db:
                waits = bool((await db.scalars(select(UnreadFormLetter))).first())

    await asyncio.gather(count(), *(revise(number) for number in (0, 2, 3)))
    await count()
    async with committing.reading() as db:
        assert await newest_of_each_text(db) == ideas[-1:]
        for asked in SEARCHES:
            assert await found(db, asked) == ideas[-1:]
