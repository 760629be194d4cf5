"""Searching ideas, challenges and people: what is found, ranked, marked and said."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, CampaignKind
from ideahub.core.searching.asking import read_search
from ideahub.core.searching.marking import marked
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.models import Idea
from ideahub.ideas.searching import similar_ideas
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, make_person, viewer_of


async def search(db: AsyncSession, cast: Cast, words: str) -> list[str]:
    filters = IdeaFilters(order=IdeaOrder.MATCH, words=words)
    found = await browse_ideas(db, await viewer_of(db, cast.cem), filters)
    return [card.title for card in found.cards]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Más participación", "participacion"),
        ("Mas participacion", "participación"),
        ("Schönere Plätze", "Scho\u0308nere Pla\u0308tze"),
        ("Ｗｉ-Ｆｉ in buses", "wifi"),
        ("Straße sanieren", "STRASSE"),
        ("Playgrounds for all", "playgr"),
        ("A pi-hole for schools", "pi-h"),
        ("A pi-hole for schools", "pihole"),
        ("Bäume pflanzen in der Stadt", "Baum"),
        ("Die Bäume in der Straße", "baumes"),
        ("Des écoles pour les enfants", "ecole"),
        ("Les chevaux dans la ville", "cheval enfant, or not"),
        ("Больше деревьев на улице", "дерево"),
        ("公园里要有更多树", "更多"),
        ("نريد مزيدًا من الأشجار", "مزيدا"),
        ("To be or not to be", "to be or not to be"),
        ("Better IT", "it"),
        ("See https://lindenau.example/plan_b", "lindenau.example"),
        ("Write to ada@lindenau.example", "ada@lindenau"),
    ],
)
async def test_a_word_is_found_in_each_of_its_forms(
    db: AsyncSession, cast: Cast, title: str, words: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    await make_idea(db, campaign, cast.ada, "Something else")
    await make_idea(db, campaign, cast.ada, title)
    if words.endswith("or not"):
        assert await search(db, cast, words) == [], "every word has to be there"
    else:
        assert await search(db, cast, words) == [title]


async def test_quotes_keep_words_together_and_a_dash_leaves_one_out(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city)
    for title in ("Open data now", "Data that is open", "Open libraries"):
        await make_idea(db, campaign, cast.ada, title)
    for words in ('"open data"', "“open data”", "„Open Data“"):
        assert await search(db, cast, words) == ["Open data now"]
    assert set(await search(db, cast, "open -data")) == {"Open libraries"}
    assert set(await search(db, cast, "open - data")) == {"Open data now", "Data that is open"}
    assert await search(db, cast, "-data") == [], "nothing to look for"


async def test_the_word_itself_comes_before_words_that_begin_with_it(
    db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city)
    for title in ("A business park", "A bus at night", "Busy squares"):
        await make_idea(db, campaign, cast.ada, title)
    assert (await search(db, cast, "bus"))[0] == "A bus at night"


async def test_words_in_the_title_count_more_than_in_the_text(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    await make_idea(db, campaign, cast.ada, "Children first")
    await make_idea(db, campaign, cast.ada, "Something else")  # Its text is about children.
    assert await search(db, cast, "children") == ["Children first", "Something else"]


async def test_each_language_has_its_own_stems(db: AsyncSession) -> None:
    """A text's frequent words tell its language; none is English for want of others."""
    asked = {
        "The gardens of the city are for everyone": "english",
        "Die Gärten der Stadt sind für alle da": "german",
        "Les jardins de la ville sont pour tous": "french",
        "Más parques para los niños de la ciudad": "spanish",
        "Haver i byen er for alle, og det er ikke dyrt": "danish",
        "Больше деревьев": "russian",
        "Więcej drzew na ulicy i w parku": "simple",
        "Bicycle stands": "simple",
        "": "simple",
    }
    for typed, language in asked.items():
        found = await db.scalar(
            text("select search_language(search_plain(:typed))"), {"typed": typed}
        )
        assert found == language, typed


@pytest.mark.parametrize("column", ["searched", "title_words", "title_plain"])
async def test_no_column_takes_every_text_for_english(db: AsyncSession, column: str) -> None:
    made = await db.scalar(
        text(
            "select generation_expression from information_schema.columns "
            "where table_name = 'idea' and column_name = :column"
        ),
        {"column": column},
    )
    assert made
    assert "english" not in made


async def test_found_words_are_marked(db: AsyncSession) -> None:
    asked = await read_search(db, 'Baum participacion pi-h "open data" <b> -cafe')
    shown = {
        "Bäume & Parks": "<mark>Bäume</mark> &amp; Parks",
        "Más participación": "Más <mark>participación</mark>",
        "A pi-hole <b>": "A <mark>pi-hole</mark> &lt;<mark>b</mark>&gt;",
        "Open the data: open data": "Open the data: <mark>open data</mark>",
        "Cafe and hole": "Cafe and hole",
    }
    for title, html in shown.items():
        assert marked(title, asked) == html
    assert marked("A <b>", None) == "A &lt;b&gt;"


async def test_the_list_marks_counts_and_says(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "Schönere Plätze")
    idea.body = "x " * 300 + "Ganz unten stehen **Brunnen**. " + "y " * 300
    await make_idea(db, campaign, cast.ada, "Another place")
    await db.commit()
    stranger = await browse(None)
    page = (await stranger.get("/ideas?q=brunnen")).text
    assert "<mark>Brunnen</mark>" in page, "a passage of the text, where the words are further down"
    said = re.search(r'role="status" data-found>([^<]*Brunnen|[^<]*brunnen)', page)
    assert said
    assert said[1].startswith("1 result for")
    assert "<title>1 result for" in page
    page = (await stranger.get("/ideas?q=platze")).text
    assert "<mark>Plätze</mark>" in page
    page = (await stranger.get("/ideas?q=nothing+at+all")).text
    assert "0 results for" in page
    assert "has no word that can be searched for" in (await stranger.get("/ideas?q=%26+%7C")).text
    long = (await stranger.get("/ideas", params={"q": "platze " + "x" * 300})).text
    assert "Only the first 200 characters were searched for" in long
    assert "result for" not in (await stranger.get("/ideas")).text


async def test_all_orders_of_a_search_say_the_number(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    for number in range(3):
        await make_idea(db, campaign, cast.ada, f"Fountain {number}")
    await db.commit()
    stranger = await browse(None)
    for order in ("match", "newest", "supported", "rising", "needs-a-build"):
        page = (await stranger.get(f"/ideas?q=fountain&order={order}")).text
        assert "3 results for" in page, order


async def test_numbers_and_marks_tell_nothing_of_what_one_may_not_see(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    await make_idea(db, internal, cast.ada, "Secret fountain")
    public = await make_campaign(db, cast.city)
    withdrawn = await make_idea(db, public, cast.ada, "Withdrawn fountain")
    await db.execute(
        text("update idea set withdrawn_at = now() where id = :id"), {"id": withdrawn.id}
    )
    await db.commit()
    for person in (None, cast.zed):
        page = (await (await browse(person)).get("/ideas?q=fountain")).text
        assert "0 results for" in page
        similar = await similar_ideas(db, await viewer_of(db, person), "Secret fountains")
        assert similar == []
    page = (await (await browse(cast.ben)).get("/ideas?q=fountain")).text
    assert "1 result for" in page


async def test_challenges_are_searched_by_the_same_rules(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await make_campaign(
        db,
        cast.city,
        kind=CampaignKind.CHALLENGE,
        question="Wie werden Plätze und Straßen schöner?",
        topics=["Öffentlicher Raum"],
    )
    await db.commit()
    stranger = await browse(None)
    for words in ("platze", "STRASSE", "schone", "offentlicher raum", "Strassen"):
        page = (await stranger.get("/challenges", params={"q": words})).text
        assert "1 result for" in page, words
        assert "Wie werden" in page
    page = (await stranger.get("/challenges?q=platze")).text
    assert "Wie werden <mark>Plätze</mark>" in page
    assert "0 results for" in (await stranger.get("/challenges?q=opern")).text


async def test_people_are_found_without_their_accents(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    await make_person(db, "Jörg Şahin-Đurić", cast.city)
    await make_person(db, "Percent 100%_a", cast.city)
    await db.commit()
    admin = await browse(cast.ann)
    for typed in ("jorg", "sahin", "DURIC", "Jo\u0308rg Sahin", "sahin jorg", "jörg@city"):
        page = (await admin.get("/people", params={"q": typed})).text
        assert "Jörg" in page, typed
    assert "Percent" in (await admin.get("/people", params={"q": "100%_a"})).text
    assert "Percent" not in (await admin.get("/people", params={"q": "1%a"})).text


async def test_other_letters_find_similar_ideas(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    viewer = await viewer_of(db, cast.cem)
    for title, typed in (
        ("Más participación en Tetuán", "participacion tetuan"),
        ("Anti-graffiti paint", "antigraffiti paint"),
        ("Straße sanieren", "die Strasse"),
        ("Bäume pflanzen", "Einen Baum pflanzen"),
    ):
        idea: Idea = await make_idea(db, campaign, cast.ada, title)
        assert [one.id for one in await similar_ideas(db, viewer, typed)][:1] == [idea.id], typed
