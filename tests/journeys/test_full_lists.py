"""Where there is much, lists and the board stay easy to read."""

import pytest
from playwright.async_api import ViewportSize, expect

from ideahub.core import lengths
from ideahub.ideas.models import Stage as IdeaStage
from ideahub.ideas.submitting import IdeaText, post_idea
from ideahub.pipeline.advancing import decide
from ideahub.pipeline.decision_input import DecisionInput
from ideahub.pipeline.models import Decision
from tests.journeys.browsing import SOON, Stage
from tests.journeys.playing import Play
from tests.support.cast import viewer_of
from tests.support.ripening import found

DESK: ViewportSize = {"width": 1280, "height": 800}
TITLES = "main section h2 > span:first-of-type"
# The words of the columns' titles that stand on more than one line.
BROKEN = """(titles) => titles.flatMap((one) => {
  const text = one.firstChild;
  return [...text.data.matchAll(/\\S+/g)].filter(({ 0: word, index }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
  }).map(([word]) => word);
})"""
# The names of what is highlighted from now on.
HIGHLIGHTED = """
  window.highlighted = new Set();
  new MutationObserver((changes) => {
    for (const { target } of changes) if (target.matches(".fresh")) highlighted.add(target.id);
  }).observe(document.getElementById("main"), { attributeFilter: ["class"], subtree: true });
"""


@pytest.mark.parametrize("width", [1024, 1280, 1440])
async def test_a_column_s_title_breaks_between_words_only(visit: Stage, width: int) -> None:
    tab = await visit.tab(None, "/pipeline", viewport={"width": width, "height": 800})
    assert await tab.page.locator(TITLES).count() > 5
    # Beside it stands how many ideas there are, here as in a large city.
    for count in await tab.page.locator("main section h2 > .badge").all():
        await count.evaluate("(one) => { one.textContent = '12,345'; }")
    assert await tab.page.locator(TITLES).evaluate_all(BROKEN) == []


async def test_a_list_of_new_ideas_is_no_list_of_empty_tracks(visit: Stage) -> None:
    tab = await visit.tab(None, "/ideas?stage=spark", viewport=DESK)
    assert await tab.page.locator(".idea-card").count() > 1
    tracks = tab.page.locator(".idea-card .track")
    await expect(tracks.filter(visible=True)).to_have_count(0)
    await tab.open("/ideas?stage=concept")
    await expect(tracks.first).to_be_visible()


async def test_only_the_card_that_moved_is_highlighted(play: Play) -> None:
    tab = await play.stage.tab(None, "/pipeline", viewport=DESK)
    await tab.listening()
    await tab.page.evaluate(HIGHLIGHTED)
    async with play.stage.served.database.transaction() as db:
        said = DecisionInput(Decision.ADVANCE, "It has what it takes.", IdeaStage.SPARK)
        idea = await found(db, play.cast.mia, play.idea)
        await decide(db, await viewer_of(db, play.cast.mia), idea, said)
    card = tab.page.locator(f"#board-concept #board-idea-{play.idea.id}")
    await expect(card).to_contain_text("Mia Sato moved it here", timeout=SOON)
    await expect(tab.page.locator(f"#board-spark #board-idea-{play.idea.id}")).to_have_count(0)
    await tab.page.wait_for_timeout(500)
    assert await tab.page.evaluate("[...highlighted]") == [f"board-idea-{play.idea.id}"]


async def test_a_long_title_takes_three_lines_of_a_card_on_the_board(play: Play) -> None:
    title = ("A walking bus for every school " * 9)[: lengths.TITLE]
    async with play.stage.served.database.transaction() as db:
        ada = await viewer_of(db, play.cast.ada)
        await post_idea(db, ada, play.campaign, IdeaText(title, "Words."))
    tab = await play.stage.tab(None, "/pipeline", viewport=DESK)
    name = tab.page.get_by_role("heading", name=title.strip())
    lines = "(one) => one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)"
    assert await name.evaluate(lines) < 3.5
