"""What somebody adds is said where others read; and it is one's own where one wrote it."""

from playwright.async_api import Locator, expect

from tests.journeys.browsing import SOON, Tab
from tests.journeys.playing import BUILD, Play, write_build


async def posts_a_build(tab: Tab) -> None:
    await write_build(tab)
    await expect(said(tab)).to_be_visible(timeout=SOON)


def said(tab: Tab) -> Locator:
    return tab.page.locator("li.card", has_text=BUILD)


async def test_what_is_added_out_of_sight_is_told_where_one_is(play: Play) -> None:
    ada, ben = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.ben)
    await ada.page.evaluate("scrollTo(0, 0)")
    await posts_a_build(ben)
    told = ada.page.get_by_role("link", name="Ben Okoye added a build")
    await expect(told).to_be_visible(timeout=SOON)
    assert await ada.page.evaluate("scrollY") == 0
    await told.click()
    await expect(said(ada)).to_be_in_viewport()
    await expect(said(ada)).to_be_focused()
    await expect(told).to_be_hidden()
    # Nobody is told of their own.
    await expect(ben.page.locator("[data-new-below]")).to_be_hidden()


async def test_one_s_own_new_words_are_one_s_own_at_once(play: Play) -> None:
    ada, ben = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.ben)
    elsewhere = await play.at_idea(play.cast.ben)
    await posts_a_build(ben)
    for tab in (ben, elsewhere):
        await expect(said(tab).get_by_role("button", name="Take back")).to_be_visible(timeout=SOON)
        await expect(said(tab).get_by_role("button", name="Thank")).to_have_count(0)
    await expect(said(ada).get_by_role("button", name="Thank")).to_be_visible()
    await expect(said(ada).get_by_role("button", name="Take back")).to_have_count(0)


async def test_a_linked_contribution_has_the_focus(play: Play) -> None:
    ada = await play.at_idea(play.cast.ada)
    first = ada.page.locator("li[id^=contribution-]").first
    number = await first.get_attribute("id")
    await ada.open("/ideas")
    await ada.open(f"{play.place}#{number}")
    await expect(ada.page.locator(f"#{number}")).to_be_focused()


async def test_what_is_adopted_can_no_longer_be_taken_back(play: Play) -> None:
    ada, ben = await play.at_idea(play.cast.ada), await play.at_idea(play.cast.ben)
    mine = ben.page.locator("li.card").first
    take_back = mine.get_by_role("button", name="Take back")
    await expect(take_back).to_be_visible()
    await ada.link("Adopt this build").click()
    await ada.page.get_by_label("What is it?").fill("With grandparents.")
    await ada.button("Adopt this build").click()
    await expect(mine).to_contain_text("Adopted into the idea", timeout=SOON)
    await expect(take_back).to_be_hidden()
