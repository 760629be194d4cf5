"""Lists of ideas: orders, filters, search and paging."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience
from ideahub.core.refusals import Invalid
from ideahub.ideas import browsing, ranking
from ideahub.ideas.browsing import PAGE, IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.searching import similar_ideas
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of


async def many(db: AsyncSession, cast: Cast, number: int) -> list[Idea]:
    campaign = await make_campaign(db, cast.city)
    ideas = [await make_idea(db, campaign, cast.ada, f"Idea {one}") for one in range(number)]
    for age, idea in enumerate(ideas):
        idea.created_at = datetime.now(UTC) - timedelta(days=age // 3)
        idea.votes_count = age % 5
        idea.rising = age % 7 / 3
    await db.flush()
    return ideas


@pytest.mark.slow
@pytest.mark.parametrize("order", [one for one in IdeaOrder if one is not IdeaOrder.MATCH])
async def test_pages_follow_each_other_without_gap_or_double(
    db: AsyncSession, cast: Cast, order: IdeaOrder
) -> None:
    ideas = await many(db, cast, PAGE * 2 + 5)
    viewer = await viewer_of(db, cast.ben)
    seen: list[int] = []
    after = ""
    for _page in range(3):
        page = await browse_ideas(db, viewer, IdeaFilters(order=order), after)
        seen += [card.id for card in page.cards]
        after = page.after
    assert after == ""
    assert len(seen) == len(set(seen))
    assert set(seen) == {idea.id for idea in ideas}


async def test_a_search_pages_by_rank(db: AsyncSession, cast: Cast) -> None:
    ideas = await many(db, cast, PAGE + 3)
    viewer = await viewer_of(db, cast.ben)
    words = IdeaFilters(order=IdeaOrder.MATCH, words="walk together")
    first = await browse_ideas(db, viewer, words)
    second = await browse_ideas(db, viewer, words, first.after)
    found = {card.id for card in [*first.cards, *second.cards]}
    assert found == {idea.id for idea in ideas}


@pytest.mark.slow
async def test_of_many_matches_the_newest_are_ranked_and_it_says_so(
    db: AsyncSession, cast: Cast, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = PAGE + 6
    monkeypatch.setattr(browsing, "_listing", browsing._listing.__wrapped__)
    monkeypatch.setattr(ranking, "MOST_RANKED", most)
    ideas = await many(db, cast, most + 5)
    await db.commit()
    newest = sorted(ideas, key=lambda idea: (idea.created_at, idea.id), reverse=True)
    viewer = await viewer_of(db, cast.ben)
    words = IdeaFilters(order=IdeaOrder.MATCH, words="walk together")
    first = await browse_ideas(db, viewer, words)
    second = await browse_ideas(db, viewer, words, first.after)
    found = [card.id for card in [*first.cards, *second.cards]]
    assert second.after == ""
    assert len(found) == len(set(found)) == most
    assert set(found) == {idea.id for idea in newest[:most]}
    assert first.newest_only == second.newest_only == most
    stranger = await browse(None)
    said = "These are the newest 30 of the ideas that match"
    assert said in (await stranger.get("/ideas?q=walk+together")).text
    assert said not in (await stranger.get("/ideas?q=walk+together&order=newest")).text
    assert said not in (await stranger.get("/ideas")).text
    monkeypatch.setattr(ranking, "MOST_RANKED", most + 6)
    assert said not in (await stranger.get("/ideas?q=walk+together")).text
    assert (await browse_ideas(db, viewer, words)).newest_only == 0


@pytest.mark.parametrize("after", ["x", "~", "1~x", "2026~1", "9" * 400 + "~1", "nan~1", "\x00~1"])
@pytest.mark.parametrize("order", list(IdeaOrder))
async def test_a_broken_place_in_the_list_is_said_so(
    db: AsyncSession, cast: Cast, browse: Browse, after: str, order: IdeaOrder
) -> None:
    stranger = await browse(None)
    answer = await stranger.get("/ideas", params={"order": order, "q": "x", "after": after})
    assert answer.status_code in {200, 400, 422}


@pytest.mark.parametrize(
    "words",
    ["'", '"', "a & | !", ":*", "\\", "<script>alert(1)</script>", "ü" * 300, "((("],
)
async def test_any_words_can_be_searched(
    db: AsyncSession, cast: Cast, browse: Browse, words: str
) -> None:
    await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    stranger = await browse(None)
    answer = await stranger.get("/ideas", params={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert (await stranger.get("/ideas/similar", params={"title": words})).status_code == 200


async def test_filters_narrow(db: AsyncSession, cast: Cast) -> None:
    here, there = await make_campaign(db, cast.city), await make_campaign(db, cast.ministry)
    one = await make_idea(db, here, cast.ada, "One")
    two = await make_idea(db, there, cast.zed, "Two")
    two.tags, two.stage = ["law"], Stage.PILOT
    two.builds_count = two.sponsors_count = 1
    viewer = await viewer_of(db, cast.ben)

    async def ids(**narrowed: object) -> set[int]:
        page = await browse_ideas(db, viewer, IdeaFilters(**narrowed))  # type: ignore[arg-type]
        return {card.id for card in page.cards}

    assert await ids(tag="law") == {two.id}
    assert await ids(stage=Stage.SPARK) == {one.id}
    assert await ids(campaign_id=here.id) == {one.id}
    assert await ids(author_id=cast.zed.id) == {two.id}
    assert await ids(order=IdeaOrder.NEEDS_BUILD) == {one.id}
    assert await ids(order=IdeaOrder.NEEDS_SPONSOR) == {one.id}


async def test_lists_show_internal_ideas_to_staff_only(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    box = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    await make_idea(db, box, cast.ada, "An inside thought")
    for person, sees in ((cast.ben, True), (cast.zed, False), (cast.cem, False), (None, False)):
        browser = await browse(person)
        for url in (
            "/ideas",
            "/ideas?q=inside",
            "/ideas?tag=walking",
            "/ideas/similar?title=An+inside+thought",
            "/",
        ):
            # A search marks the words that it found.
            page = re.sub("</?mark>", "", (await browser.get(url)).text)
            assert ("An inside thought" in page) is sees, (url, person)


async def test_similar_ideas_are_found_by_title_and_by_word(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ada, "A walking bus for every primary school")
    viewer = await viewer_of(db, cast.ben)
    for typed in ("walking bus", "A walkin bus for primary schools", "children in a line"):
        assert [one.id for one in await similar_ideas(db, viewer, typed)] == [idea.id], typed
    for typed in ("", "abc", "parking permits online"):
        assert await similar_ideas(db, viewer, typed) == []
    assert await similar_ideas(db, viewer, "walking bus", but_not=idea.id) == []


async def test_a_broken_place_raises(db: AsyncSession, cast: Cast) -> None:
    viewer = await viewer_of(db, cast.ben)
    with pytest.raises(Invalid):
        await browse_ideas(db, viewer, IdeaFilters(), "yesterday~1")


async def test_one_finds_ones_own_ideas_under_another_name_too(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    await make_idea(db, campaign, cast.ben, "By somebody else")
    mine = await make_idea(db, campaign, cast.ada, "Under another name")
    mine.pseudonym = "Quiet Owl"
    await db.commit()
    address = f"/ideas?by={cast.ada.id}"
    shown = (await (await browse(cast.ada)).get(address)).text
    assert "Your ideas</h1>" in shown
    assert "Under another name" in shown
    assert "By somebody else" not in shown
    assert "Under another name" not in (await (await browse(cast.ben)).get(address)).text


@pytest.mark.parametrize(
    "words", ["-" * 120, "- " * 60, "- " * 60 + "bus", "‹!--" * 40, "-a " * 60]
)
@pytest.mark.parametrize("path", ["/ideas", "/challenges", "/idea-boxes"])
async def test_no_search_is_a_fault(browse: Browse, path: str, words: str) -> None:
    answer = await (await browse(None)).get(path, params={"q": words})
    assert answer.status_code == 200
