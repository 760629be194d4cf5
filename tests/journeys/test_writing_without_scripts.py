"""Without scripts: what is typed stands in the form when one comes back with the Back button."""

import pytest
from playwright.async_api import expect

from tests.journeys.browsing import Stage
from tests.journeys.playing import BUILD, Play


@pytest.fixture(autouse=True)
def plain(stage: Stage) -> None:
    """Everybody's browser runs no scripts."""
    stage.scripts = False


@pytest.mark.parametrize("address", ["/ideas/new", "{}/contributions/new", "{}/revision"])
async def test_choosing_a_theme_while_writing(play: Play, address: str) -> None:
    ada = await play.stage.tab(play.cast.ada, address.format(play.place))
    field = ada.page.locator("main textarea[name=body]")
    await field.fill(BUILD)
    await expect(ada.button("Dark", within="footer")).to_have_count(0)
    await ada.link("Light or dark", within="footer").click()
    await ada.button("Dark").click()
    await ada.sees("it still stands there")
    await expect(ada.page.locator("html")).to_have_attribute("data-theme", "dark")
    while "/preferences" in ada.page.url:
        await ada.page.go_back()
    await expect(field).to_have_value(BUILD)


async def test_no_button_on_the_page_of_an_idea_takes_words_away(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    await expect(cem.page.locator("main textarea").filter(visible=True)).to_have_count(0)
    await cem.button("Support").click()
    await play.sees_count(cem, 6)
    await cem.link("Add yours").click()
    await cem.page.locator("#contribute-body").fill(BUILD)
    await expect(cem.page.locator("main button").filter(visible=True)).to_have_count(1)
    await cem.button("Build on this").click()
    await cem.sees(BUILD)
