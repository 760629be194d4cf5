"""A board with hundreds of ideas: its columns page, and a card that moved says who moved it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.ideas.models import Idea, Stage
from ideahub.pipeline.advancing import decide
from ideahub.pipeline.board import AT_ONCE
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.models import Decision, Review
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, make_idea, viewer_of
from tests.support.ripening import at_stage, found, ripe_spark


def column(html: str, stage: str) -> str:
    """What stands in one column."""
    return html.split(f'id="board-{stage}"')[1].split("</section>", maxsplit=1)[0]


async def pages(browser: Browser, url: str, stage: str) -> list[list[int]]:
    """The numbers of the ideas on each page of a column."""
    found_ones: list[list[int]] = []
    while url:
        shown = column((await browser.get(url)).text, stage)
        found_ones.append([int(one) for one in re.findall(r'id="board-idea-(\d+)"', shown)])
        link = re.search(r'href="([^"]+)#board-\w+" rel="next"', shown)
        url = unescape(link[1]) if link else ""
    return found_ones


@pytest.mark.parametrize("stuck", ["", "&stuck=1"])
async def test_a_column_leads_to_each_of_its_ideas_once(
    db: AsyncSession, cast: Cast, browse: Browse, stuck: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    ideas = [
        await make_idea(db, campaign, cast.ada, f"Idea {number}")
        for number in range(2 * AT_ONCE + 1)
    ]
    # Imported ones came to their stage at the same moment.
    long_ago = func.now() - timedelta(days=60)
    await db.execute(update(Idea).values(stage_since=long_ago))
    await at_stage(db, ideas[3], Stage.SPARK, days=90)
    other = await make_idea(db, campaign, cast.ada, "Elsewhere")
    await at_stage(db, other, Stage.CONCEPT)
    await db.commit()
    browser = await browse(None)
    seen = await pages(browser, f"/pipeline?in={campaign.id}{stuck}", "spark")
    assert [len(page) for page in seen] == [AT_ONCE, AT_ONCE, 1]
    numbers = [one for page in seen for one in page]
    assert sorted(numbers) == sorted(idea.id for idea in ideas)
    assert numbers[0 if stuck else -1] == ideas[3].id


async def test_other_columns_stay_where_they_are_and_one_can_go_back(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    for number in range(AT_ONCE + 1):
        await make_idea(db, campaign, cast.ada, f"Idea {number}")
    other = await make_idea(db, campaign, cast.ada, "Elsewhere")
    await at_stage(db, other, Stage.CONCEPT)
    await db.commit()
    browser = await browse(None)
    first = (await browser.get(f"/pipeline?in={campaign.id}")).text
    link = re.search(r'href="([^"]+)#board-spark" rel="next"', column(first, "spark"))
    assert link and "First" not in column(first, "spark")
    second = (await browser.get(unescape(link[1]))).text
    assert column(second, "spark").count('id="board-idea-') == 1
    assert "Elsewhere" in column(second, "concept")
    assert f'href="/pipeline?in={campaign.id}#board-spark"' in column(second, "spark")


@pytest.mark.parametrize(
    "query",
    ["?column=spark&after=x", "?column=spark&after=2020-01-01~x", "?column=nowhere&after=1~1"],
)
async def test_a_place_that_is_none_is_the_beginning(
    db: AsyncSession, cast: Cast, browse: Browse, query: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    await make_idea(db, campaign, cast.ada)
    await db.commit()
    answer = await (await browse(None)).get(f"/pipeline{query}")
    assert answer.status_code == 200
    assert "A walking bus" in column(answer.text, "spark")


async def test_what_is_stuck_leads_to_no_list_of_what_is_not(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign = await make_campaign(db, cast.city)
    for number in range(AT_ONCE + 1):
        await make_idea(db, campaign, cast.ada, f"Idea {number}")
    await db.execute(update(Idea).values(stage_since=func.now() - timedelta(days=60)))
    await db.commit()
    browser = await browse(None)
    assert "Show all" in column((await browser.get("/pipeline")).text, "spark")
    assert "Show all" not in column((await browser.get("/pipeline?stuck=1")).text, "spark")


async def test_a_card_that_moved_says_who_moved_it_for_a_day(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    campaign, idea = await ripe_spark(db, cast)
    await make_idea(db, campaign, cast.ada, "Stays")
    verdict = DecisionInput(Decision.ADVANCE, "It has what it takes.", Stage.SPARK)
    await decide(db, await viewer_of(db, cast.mia), await found(db, cast.mia, idea), verdict)
    await db.commit()
    browser = await browse(None)
    board = (await browser.get("/pipeline")).text
    card = column(board, "concept")
    assert "<bdi>Mia Sato</bdi> moved it here" in card
    assert re.search(rf'id="board-idea-{idea.id}" data-moved\s+data-announce="[^"]*Mia', card)
    assert "data-moved" not in column(board, "spark").partition("<ul")[2]
    await db.execute(update(Review).values(created_at=func.now() - timedelta(days=2)))
    await db.commit()
    assert "moved it here" not in (await browser.get("/pipeline")).text


async def test_who_only_held_it_did_not_move_it(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    _, idea = await ripe_spark(db, cast)
    verdict = DecisionInput(Decision.HOLD, "Not yet.", Stage.SPARK)
    await decide(db, await viewer_of(db, cast.mia), await found(db, cast.mia, idea), verdict)
    await db.commit()
    assert "moved it here" not in (await (await browse(None)).get("/pipeline")).text
