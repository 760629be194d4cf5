"""A slow server: what somebody would type after the press does not vanish with the form."""

import asyncio

from playwright.async_api import Locator, Route, expect

from tests.journeys.browsing import Tab
from tests.journeys.playing import BUILD, REFUSAL, STOPPED, Play

MORE = " And this came after the press."
# While a page is being left, nothing can be asked of it from outside: it looks at itself.
NOTE = """
  document.addEventListener("submit", ({ target: form }) => setTimeout(() => {
    const field = form.querySelector("textarea");
    const said = form.querySelector("[data-draft-status]").textContent;
    sessionStorage.setItem("seen", JSON.stringify([field.readOnly, field.value, said]));
  }, 300));
"""
PAUSE = 1.0  # seconds


class Slow:
    """Lets the answers to one kind of address wait until they are released."""

    def __init__(self) -> None:
        self.released = asyncio.Event()

    async def on(self, tab: Tab, address: str) -> None:
        """From now on, what is posted to the address waits."""

        async def wait(route: Route) -> None:
            if route.request.method == "POST":
                await self.released.wait()
            await route.continue_()

        await tab.page.route(address, wait)


async def check_locked(tab: Tab, field: Locator) -> None:
    """It is said that the form is on its way, and typing changes nothing."""
    before = await field.input_value()
    form = tab.page.locator("form").filter(has=field)
    await expect(form.locator("[data-draft-status]")).to_have_text("Sending…")
    await field.press("End")
    await tab.page.keyboard.type(MORE)
    await expect(field).to_have_value(before)
    await expect(field).to_be_focused()


async def check_open(tab: Tab, field: Locator, holds: str) -> None:
    """The form can be written in again."""
    await expect(field).to_have_value(holds)
    await field.press("End")
    await tab.page.keyboard.type(MORE)
    await expect(field).to_have_value(holds + MORE)


async def test_a_contribution(play: Play) -> None:
    cem, slow = await play.at_idea(play.cast.cem), Slow()
    field = cem.page.locator("#contribute-body")
    await slow.on(cem, "**/contributions")
    await field.fill(BUILD)
    await cem.button("Build on this").click()
    await check_locked(cem, field)
    concern = cem.page.get_by_role("radio", name="Concern")
    await concern.click(force=True)
    await expect(concern).not_to_be_checked()
    slow.released.set()
    await cem.sees(BUILD)
    await check_open(cem, field, "")


async def test_a_contribution_that_comes_back(play: Play) -> None:
    cem, slow = await play.at_idea(play.cast.cem), Slow()
    field = cem.page.locator("#contribute-body")
    await slow.on(cem, "**/contributions")
    await field.fill(REFUSAL)
    await cem.button("Build on this").click()
    await check_locked(cem, field)
    slow.released.set()
    await cem.sees(STOPPED)
    await check_open(cem, field, REFUSAL)


async def test_a_reply(play: Play) -> None:
    cem, slow = await play.at_idea(play.cast.cem), Slow()
    await cem.page.get_by_role("link", name="Reply").first.click()
    field = cem.page.get_by_label("Your reply")
    await slow.on(cem, "**/replies")
    await field.fill(BUILD)
    await cem.page.get_by_role("button", name="Reply").click()
    await check_locked(cem, field)
    slow.released.set()
    await cem.sees(BUILD)


async def test_a_form_that_leaves_the_page(play: Play) -> None:
    ben, slow = await play.stage.tab(play.cast.ben, "/ideas/new"), Slow()
    await ben.page.get_by_label("Where does it belong?").select_option(index=1)
    await ben.page.get_by_label("Your idea in one line").fill("A bench at every stop")
    field = ben.page.get_by_label("What is it?")
    await field.fill(BUILD)
    await slow.on(ben, "**/ideas/new")
    await ben.page.evaluate(NOTE)
    asyncio.get_running_loop().call_later(PAUSE, slow.released.set)
    await ben.button("Post this idea").click(no_wait_after=True)
    await expect(ben.page.get_by_role("heading", level=1)).to_have_text("A bench at every stop")
    seen = await ben.page.evaluate("JSON.parse(sessionStorage.seen)")
    assert seen == [True, BUILD, "Sending…"]


async def test_what_was_not_sent_can_be_changed_again(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    field = cem.page.locator("#contribute-body")
    await field.fill(BUILD)
    await cem.page.context.set_offline(True)
    await cem.button("Build on this").click()
    await expect(cem.page.locator("main .trouble")).to_be_visible()
    await check_open(cem, field, BUILD)
    await cem.page.context.set_offline(False)
    cem.faults.clear()  # the console complains about what we cut
    await cem.button("Try again").click()
    await cem.sees(MORE.strip())
