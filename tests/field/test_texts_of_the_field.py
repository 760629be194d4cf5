"""Texts that broke this or other software, each with what is right for it."""

import csv
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.searching import similar_ideas
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.field_inputs import field_folder


@pytest.fixture
def texts() -> Path:
    return field_folder() / "texts"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


async def test_every_search_of_the_table_finds_its_title(
    db: AsyncSession, cast: Cast, texts: Path
) -> None:
    """Also those that are only nice to have."""
    campaign = await make_campaign(db, cast.city)
    viewer = await viewer_of(db, cast.cem)
    table = [row for row in rows(texts / "search.tsv") if row["must be found"] != "no error"]
    titles = {row["text of the idea (title)"] for row in table}
    ideas = {title: await make_idea(db, campaign, cast.ada, title) for title in titles}
    missing = []
    for row in table:
        words = IdeaFilters(order=IdeaOrder.MATCH, words=row["query"])
        found = {card.id for card in (await browse_ideas(db, viewer, words)).cards}
        if ideas[row["text of the idea (title)"]].id not in found:
            missing.append((row["text of the idea (title)"], row["query"]))
    assert missing == []
    assert len(table) >= 23


async def test_no_search_of_the_table_fails(
    db: AsyncSession, cast: Cast, browse: Browse, texts: Path
) -> None:
    await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    await db.commit()
    stranger = await browse(None)
    for row in rows(texts / "search.tsv"):
        for page in ("/ideas", "/challenges", "/idea-boxes"):
            answer = await stranger.get(page, params={"q": row["query"]})
            assert answer.status_code == 200, (page, row["query"])
        answer = await stranger.get("/ideas/similar", params={"title": row["query"]})
        assert answer.status_code == 200, row["query"]


async def test_each_title_of_the_table_is_similar_to_itself_in_other_letters(
    db: AsyncSession, cast: Cast, texts: Path
) -> None:
    campaign = await make_campaign(db, cast.city)
    viewer = await viewer_of(db, cast.cem)
    for title, typed in (
        ("Más participación en Tetuán", "mas participacion en tetuan"),
        ("Anti-graffiti paint", "antigraffiti paint"),
        ("Straße sanieren", "STRASSE SANIEREN"),
        ("ＷＩＦＩ ｆｏｒ ａｌｌ", "wifi for all"),
        ("ул. Ленина: больше деревьев", "дерево на ул ленина"),
    ):
        idea = await make_idea(db, campaign, cast.ada, title)
        assert idea.id in {one.id for one in await similar_ideas(db, viewer, typed)}, typed
