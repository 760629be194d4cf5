"""A form that came back with a word about it stays as it is: no copy of the page that is
fetched meanwhile takes its place, with what was typed."""

import re

from playwright.async_api import expect

from tests.journeys.browsing import Tab
from tests.journeys.playing import REFUSAL, STOPPED, Play, send_refusal

# What the page does whenever its socket has opened again: it fetches a copy of itself.
RECONNECTED = """document.dispatchEvent(new CustomEvent("htmx:ws:after:connection", {
  detail: { connection: { socket: { readyState: WebSocket.OPEN } } },
}))"""


async def still_stands(tab: Tab) -> None:
    """The words and the suggestion."""
    await expect(tab.page.locator("#contribute-body")).to_have_value(REFUSAL)
    await tab.sees(STOPPED)
    await expect(tab.button("Post it as it is")).to_be_visible()


async def test_a_copy_of_the_page_does_not_replace_it(play: Play) -> None:
    ben = await play.at_idea(play.cast.ben)
    await send_refusal(ben)
    async with ben.page.expect_response(f"**{play.place}"):
        await ben.page.evaluate(RECONNECTED)
    await ben.page.wait_for_timeout(500)
    await still_stands(ben)
    await ben.button("Post it as it is").click()
    await ben.sees("Thank you.")


async def test_nor_of_one_that_turned_into_another_kind(play: Play) -> None:
    ben = await play.at_idea(play.cast.ben)
    await ben.page.locator("#contribute-body").press_sequentially(REFUSAL)
    await ben.button("Make it a concern").click()
    concern = ben.page.get_by_role("radio", name="Concern")
    await expect(concern).to_be_checked()
    async with ben.page.expect_response(f"**{play.place}"):
        await ben.page.evaluate(RECONNECTED)
    await ben.page.wait_for_timeout(500)
    await expect(concern).to_be_checked()
    await expect(ben.page.locator("#contribute-body")).to_have_value(REFUSAL)


async def test_what_the_server_added_to_it_is_a_draft_too(play: Play) -> None:
    """The build is put into the text that is being written, and nothing older is offered."""
    ada = await play.at_idea(play.cast.ada)
    await ada.link("Adopt this build").click()
    body = ada.page.get_by_label("What is it?")
    await body.fill("Everyone walks.")
    async with ada.page.expect_response("**/drafts/adoption-*"):
        await ada.button("Put it at the end of your text").click()
        await expect(body).to_have_value(re.compile("Everyone walks.\n\n."))
        await expect(ada.page.get_by_text("Something else was typed")).to_be_hidden()
    await ada.sees("Draft saved")
    filled = await body.input_value()
    await ada.page.goto(ada.page.url)
    await expect(body).to_have_value(filled)
