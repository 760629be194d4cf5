"""A scorecard that is open in a browser while scoring closes, or while its judge loses the entry:
it says so at once, keeps what was typed, and offers nothing more."""

from playwright.async_api import Locator, expect

from ideahub.judging.closing import close_panel
from ideahub.judging.replacing import remove_judge
from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import Play
from tests.judging.panels_made import (
    Judging,
    assignments,
    enter_some,
    make_judging,
    score,
    seat,
    share_out,
)
from tests.support.cast import viewer_of

TYPED = "The second adult is what makes it safe."


async def a_panel(play: Play) -> tuple[Judging, list[str]]:
    """Jo has two entries, and has finished the first; the addresses of both."""
    async with play.stage.served.database.transaction() as db:
        judging = await make_judging(db, play.cast)
        await enter_some(db, judging, 2)
        await seat(db, judging, play.cast.jo)
        await share_out(db, judging, play.cast)
        own = await assignments(db, judging)
        await score(db, judging, play.cast.jo, own[0], "5", "2")
        return judging, [f"/assignments/{one.id}" for one in own]


def comment(tab: Tab) -> Locator:
    """The first comment for the entrant."""
    return tab.page.locator("#card textarea").first


async def closed(tab: Tab, words: str) -> None:
    """The page says these words, shows what was typed, and takes nothing."""
    await expect(tab.page.locator("#scorecard")).to_contain_text(words, timeout=SOON)
    await expect(comment(tab)).to_have_value(TYPED)
    await expect(comment(tab)).to_be_visible()
    await expect(comment(tab)).not_to_be_editable()
    for button in ("Finish", "Save", "Reopen it"):
        await expect(tab.button(button)).to_be_hidden()


async def test_scoring_closes_while_one_types(play: Play) -> None:
    judging, (first, second) = await a_panel(play)
    done = await play.stage.tab(play.cast.jo, first)
    open_card = await play.stage.tab(play.cast.jo, second)
    await expect(done.button("Reopen it")).to_be_visible()
    await comment(open_card).fill(TYPED)
    async with play.stage.served.database.transaction() as db:
        mia = await viewer_of(db, play.cast.mia)
        await close_panel(db, mia, judging.campaign, judging.panel.id)
    await closed(open_card, "Scoring is over")
    await expect(done.button("Reopen it")).to_be_hidden(timeout=SOON)
    await expect(done.link("I cannot judge this")).to_be_hidden()


async def test_a_judge_is_taken_out_while_they_type(play: Play) -> None:
    judging, (_first, second) = await a_panel(play)
    tab = await play.stage.tab(play.cast.jo, second)
    await comment(tab).fill(TYPED)
    async with play.stage.served.database.transaction() as db:
        mia = await viewer_of(db, play.cast.mia)
        judge = judging.judges[0].id
        await remove_judge(db, mia, judging.campaign, judging.panel.id, judge, "So.")
    await closed(tab, "You do not judge in this panel any more")
    await expect(tab.page.locator(".judge-entry")).to_be_hidden()
