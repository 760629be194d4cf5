"""The list of a tag has the ideas that have it now, the newest first, page by page."""

from datetime import timedelta

import pytest
from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.kept_counts import compare
from ideahub.ideas import browsing
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.tags_kept import TAGS_KEPT
from ideahub.server.mending import mend
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of

# A tag of each idea of the cast.
TAG = "walking"


async def pages(db: AsyncSession, cast: Cast, **filters: object) -> list[list[str]]:
    """The titles on each page of the list, to its end."""
    asked, after, found = IdeaFilters(tag=TAG, **filters), "", []  # type: ignore[arg-type]
    viewer = await viewer_of(db, cast.cem)
    while True:
        page = await browse_ideas(db, viewer, asked, after)
        found.append([card.title for card in page.cards])
        after = page.after
        if not after:
            return found


async def several(db: AsyncSession, cast: Cast) -> list[Idea]:
    """Five ideas, of which each is an hour newer than the one before."""
    campaign = await make_campaign(db, cast.city)
    ideas = [await make_idea(db, campaign, cast.ada, f"Idea {n}") for n in range(5)]
    for number, idea in enumerate(ideas):
        posted = func.now() - timedelta(hours=5 - number)
        await db.execute(update(Idea).where(Idea.id == idea.id).values(created_at=posted))
    await db.commit()
    return ideas


async def test_the_newest_come_first_and_each_once(
    db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "PAGE", 2)
    browsing._listing.cache_clear()
    try:
        await several(db, cast)
        newest = [["Idea 4", "Idea 3"], ["Idea 2", "Idea 1"], ["Idea 0"]]
        assert await pages(db, cast) == newest
        assert await pages(db, cast, stage=Stage.SPARK) == newest
        assert await pages(db, cast, stage=Stage.PILOT) == [[]]
        together = [title for page in newest for title in page]
        for order in (IdeaOrder.NEEDS_BUILD, IdeaOrder.SUPPORTED, IdeaOrder.RISING):
            found = [title for page in await pages(db, cast, order=order) for title in page]
            assert found == together, order
    finally:
        browsing._listing.cache_clear()


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("tags = '{other}'", "tags = '{walking,other}'"),
        ("withdrawn_at = now()", "withdrawn_at = null"),
        ("hidden_at = now()", "hidden_at = null"),
    ],
)
async def test_it_follows_the_ideas(db: AsyncSession, cast: Cast, change: str, back: str) -> None:
    idea = (await several(db, cast))[2]
    for changed, there in ((change, False), (back, True)):
        await db.execute(text(f"update idea set {changed} where id = {idea.id}"))
        await db.commit()
        assert ("Idea 2" in (await pages(db, cast))[0]) is there
        assert await compare(db, TAGS_KEPT) == (0, [])


async def test_a_tag_that_somebody_wrote_twice_is_one(db: AsyncSession, cast: Cast) -> None:
    idea = (await several(db, cast))[4]
    await db.execute(text(f"update idea set tags = '{{{TAG},{TAG}}}' where id = {idea.id}"))
    await db.commit()
    assert (await pages(db, cast))[0].count("Idea 4") == 1
    assert await compare(db, TAGS_KEPT) == (0, [])


async def test_tags_that_are_missing_or_too_many_are_named_and_set_right(
    database: Database, db: AsyncSession, cast: Cast
) -> None:
    first, second, *_others = await several(db, cast)
    await db.execute(text(f"delete from idea_tag where idea_id = {first.id}"))
    await db.execute(text("alter table idea disable trigger keep_idea_tags"))
    await db.execute(text(f"update idea set hidden_at = now() where id = {second.id}"))
    await db.execute(text("alter table idea enable trigger keep_idea_tags"))
    await db.commit()
    off = [(f"tags of idea {first.id}", "0", "2"), (f"tags of idea {second.id}", "2", "0")]
    assert await compare(db, TAGS_KEPT) == (2, off)
    assert await mend(database, TAGS_KEPT) == (2, off)
    assert await compare(db, TAGS_KEPT) == (0, [])
    assert (await pages(db, cast))[0] == ["Idea 4", "Idea 3", "Idea 2", "Idea 0"]
