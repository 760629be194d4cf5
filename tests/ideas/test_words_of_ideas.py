"""The words that a search finds ideas by follow the ideas, and are checked and set right."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.kept_counts import compare
from ideahub.ideas import browsing, looked_for, ranking
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.models import Stage
from ideahub.ideas.words_kept import WORDS_KEPT
from ideahub.server.mending import mend
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of


async def found(db: AsyncSession, cast: Cast, words: str, **filters: object) -> list[str]:
    asked = IdeaFilters(order=IdeaOrder.MATCH, words=words, **filters)  # type: ignore[arg-type]
    viewer = await viewer_of(db, cast.cem)
    return [card.title for card in (await browse_ideas(db, viewer, asked)).cards]


@pytest.mark.parametrize(
    ("change", "words", "stays"),
    [
        ("title = 'A market'", "market", True),
        ("title = 'A market'", "fountain", False),
        ("body = 'With turtles'", "turtles", True),
        ("why = 'For turtles'", "turtles", True),
        ("tags = '{turtle}'", "turtle", True),
        ("withdrawn_at = now()", "fountain", False),
        ("hidden_at = now()", "fountain", False),
        ("votes_count = 7", "fountain", True),
    ],
)
async def test_a_search_finds_an_idea_as_it_is_now(
    db: AsyncSession, cast: Cast, change: str, words: str, stays: bool
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "A fountain")
    await db.execute(text(f"update idea set {change} where id = {idea.id}"))
    assert bool(await found(db, cast, words)) is stays
    await db.execute(text("update idea set withdrawn_at = null, hidden_at = null"))
    if "_at" in change:
        assert await found(db, cast, words) == ["A fountain"]


async def test_filters_of_a_search_follow_the_idea(db: AsyncSession, cast: Cast) -> None:
    here = await make_campaign(db, cast.city, title="Here")
    there = await make_campaign(db, cast.city, title="There")
    idea = await make_idea(db, here, cast.ada, "A fountain")
    await db.execute(text("update idea set tags = '{\"it''s: & wet\"}'"))
    for wanted, is_there in (
        ({"campaign_id": here.id}, True),
        ({"campaign_id": there.id}, False),
        ({"stage": Stage.SPARK}, True),
        ({"stage": Stage.PILOT}, False),
        ({"tag": "it's: & wet"}, True),
        ({"tag": "wet"}, False),
        ({"author_id": cast.ada.id}, True),
        ({"author_id": cast.ben.id}, False),
    ):
        assert bool(await found(db, cast, "fountain", **wanted)) is is_there, wanted
        for order in IdeaOrder:
            asked = IdeaFilters(order=order, words="fountain", **wanted)
            page = await browse_ideas(db, await viewer_of(db, cast.cem), asked)
            assert bool(page.cards) is is_there, (wanted, order)
    await db.execute(
        text(f"update idea set stage = 'pilot', campaign_id = {there.id} where id = {idea.id}")
    )
    assert await found(db, cast, "fountain", stage=Stage.PILOT, campaign_id=there.id)
    assert not await found(db, cast, "fountain", stage=Stage.SPARK)


@pytest.mark.parametrize("typed", [":sspark", "':sspark'", "sspark", ":b0", '":c1 fountain"'])
async def test_nobody_can_type_a_mark(db: AsyncSession, cast: Cast, typed: str) -> None:
    campaign = await make_campaign(db, cast.city)
    await make_idea(db, campaign, cast.ada, "A fountain")
    assert await found(db, cast, typed) == []


async def test_a_search_looks_back_as_far_as_it_has_to(
    db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rare one is found however far back it is; of many, the newest are."""
    campaign = await make_campaign(db, cast.city)
    old = await make_idea(db, campaign, cast.ada, "A fountain with turtles")
    await db.execute(
        text("""
            insert into idea (id, campaign_id, author_id, title, body, body_html)
            select :first + n * 50, :campaign, :author,
                'A fountain ' || case when n % 20 = 0 then 'of gold' when n % 20 = 1 then 'gold of'
                    else n::text end, '', ''
            from generate_series(1, :many) as n
        """),
        {
            "first": old.id,
            "campaign": campaign.id,
            "author": cast.ada.id,
            "many": looked_for.SAMPLE + 400,
        },
    )
    assert await found(db, cast, "turtles") == ["A fountain with turtles"]
    assert await found(db, cast, '"with turtles"') == ["A fountain with turtles"]
    monkeypatch.setattr(ranking, "MOST_RANKED", 60)
    monkeypatch.setattr(ranking, "MOST_LOOKED_THROUGH", 60)
    for cached in (browsing._listing, browsing._counting_matches):
        cached.cache_clear()
    viewer = await viewer_of(db, cast.cem)
    for order in IdeaOrder:
        for words, title in (
            ("fountain", "A fountain"),
            ("gold", "gold"),
            ('"of gold"', "of gold"),
        ):
            page = await browse_ideas(db, viewer, IdeaFilters(order=order, words=words))
            assert len(page.cards) == 24, (order, words)
            assert all(title in card.title for card in page.cards)
            assert page.or_more
        rare = await browse_ideas(db, viewer, IdeaFilters(order=order, words="turtles"))
        assert (len(rare.cards), rare.matches, rare.or_more) == (1, 1, False)
    for cached in (browsing._listing, browsing._counting_matches):
        cached.cache_clear()


async def test_the_page_says_that_only_some_were_looked_through(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await make_campaign(db, cast.city)
    for number in range(6):
        await make_idea(db, campaign, cast.ada, f"A fountain of gold {number}")
    await db.commit()
    stranger = await browse(None)
    said = "The newest 5 of them were looked through for words that follow each other"
    assert said not in (await stranger.get('/ideas?q="of+gold"')).text
    monkeypatch.setattr(ranking, "MOST_LOOKED_THROUGH", 5)
    for cached in (browsing._listing, browsing._counting_matches):
        cached.cache_clear()
    for order in ("match", "newest"):
        page = (await stranger.get(f'/ideas?q="of+gold"&order={order}')).text
        assert said in page
        assert "5 results or more for" in page
        assert said not in (await stranger.get(f"/ideas?q=gold&order={order}")).text
    for cached in (browsing._listing, browsing._counting_matches):
        cached.cache_clear()


async def test_the_newest_tell_how_far_to_look_back(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "A fountain")
    assert (await looked_for.choose_reach(db, "'fountain'", 10)).is_all, "there are few ideas"
    await db.execute(
        text("""
            insert into idea (id, campaign_id, author_id, title, body, body_html)
            select :first + n * 800, :campaign, :author,
                'A fountain' || case when n % 20 = 0 then ' of gold' else '' end, '', ''
            from generate_series(1, :many) as n
        """),
        {
            "first": idea.id,
            "campaign": campaign.id,
            "author": cast.ada.id,
            "many": looked_for.SAMPLE,
        },
    )
    frequent = await looked_for.choose_reach(db, "'fountain'", 100)
    assert (frequent.walked, frequent.is_all) == (140, False)
    seldom = await looked_for.choose_reach(db, "'gold'", 10)
    assert (seldom.walked, seldom.is_all, seldom.query.count(":b")) == (0, False, 2)
    assert (await looked_for.choose_reach(db, "'gold'", 10**6)).is_all
    assert (await looked_for.choose_reach(db, "'turtles'", 10)).is_all, "it may be anywhere"


async def test_words_that_are_missing_or_too_many_are_named_and_set_right(
    database: Database, db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city)
    first, second, _third = [
        await make_idea(db, campaign, cast.ada, f"Fountain {number}") for number in range(3)
    ]
    await db.execute(text(f"delete from idea_words where idea_id = {first.id}"))
    await db.execute(text("alter table idea disable trigger keep_idea_words"))
    await db.execute(text(f"update idea set hidden_at = now() where id = {second.id}"))
    await db.execute(text("alter table idea enable trigger keep_idea_words"))
    await db.commit()
    off = [(f"words of idea {first.id}", "0", "1"), (f"words of idea {second.id}", "1", "0")]
    assert await compare(db, WORDS_KEPT) == (2, off)
    assert await mend(database, WORDS_KEPT) == (2, off)
    assert await compare(db, WORDS_KEPT) == (0, [])
    assert set(await found(db, cast, "fountain")) == {"Fountain 0", "Fountain 2"}
