"""What is pressed while the connection is gone or the server stands still: said at the control,
kept, and done once when it is tried again."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest
from playwright.async_api import Locator, Route, expect
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.ideas.models import Idea, Vote
from tests.journeys.browsing import Tab
from tests.journeys.playing import BUILD, Play, write_build

# Milliseconds: within two seconds it is said, which a busy machine may notice a little later.
SAID = 3_000
# A process that stood still has much to do at first.
AGAIN = 20_000
LATE = "This takes longer than usual."
OFFLINE = "No connection. What you pressed and typed is kept."
UNANSWERED = "No answer came."
# All that is said, and a clock that can be set to run faster.
WATCHING = """
  const wait = window.setTimeout;
  window.said = [];
  window.faster = 1;
  window.setTimeout = (what, long = 0, ...more) => wait(what, long / faster, ...more);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) {
      if (node.matches?.(".trouble")) said.push(node.textContent);
    }
  }).observe(document, { childList: true, subtree: true });
"""
TITLE = "A bench at every stop"


@dataclass
class Process:
    """A server that can be frozen, on the database of the stage."""

    url: str
    running: asyncio.subprocess.Process

    def freeze(self) -> None:
        """From now on it answers nothing, and refuses nothing."""
        self.running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self.running.send_signal(signal.SIGCONT)


@pytest.fixture
async def process(play: Play) -> AsyncIterator[Process]:
    """A process of its own, beside the server that runs in the test's."""
    bind = play.stage.served.database.bind
    assert isinstance(bind, AsyncEngine)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {
        "PORT": str(port),
        "IDEAHUB_DEMO": "0",
        "IDEAHUB_DATABASE_URL": bind.url.render_as_string(hide_password=False),
        "IDEAHUB_VAR": str(play.stage.served.config.var),
    }
    command = (sys.executable, "-m", "ideahub", "run")
    running = await asyncio.create_subprocess_exec(
        *command, env=os.environ | settings, stdout=asyncio.subprocess.DEVNULL
    )
    made = Process(f"http://127.0.0.1:{port}", running)
    try:
        await _is_ready(made)
        yield made
    finally:
        for page in play.stage.faults:
            await page.close()  # it would miss the server
        running.kill()
        await running.wait()


async def _is_ready(process: Process) -> None:
    async with httpx.AsyncClient(base_url=process.url) as client, asyncio.timeout(120):
        while True:
            with suppress(httpx.TransportError):
                if (await client.get("/readyz")).status_code == 200:
                    return
            await asyncio.sleep(0.05)


def line(tab: Tab) -> Locator:
    """What is said at a control."""
    return tab.page.locator("main .trouble")


async def try_again(tab: Tab) -> None:
    """Presses the button that is offered."""
    tab.faults.clear()  # the console complains about what we cut
    await tab.button("Try again").click()


async def votes(play: Play) -> int:
    """How many votes there are for the idea."""
    async with play.stage.served.database.reading() as db:
        return await db.scalar(select(func.count()).where(Vote.idea_id == play.idea.id)) or 0


async def ideas(play: Play) -> int:
    """How many ideas have the title."""
    async with play.stage.served.database.reading() as db:
        return await db.scalar(select(func.count()).where(Idea.title == TITLE)) or 0


async def write_idea(tab: Tab, url: str = "") -> None:
    """Fills the form of a new idea, on whose page there is no script that sends it."""
    await tab.page.goto(f"{url}/ideas/new")
    await tab.page.get_by_label("Where does it belong?").select_option(index=1)
    await tab.page.get_by_label("Your idea in one line").fill(TITLE)
    await tab.page.get_by_label("What is it?").fill("So that everyone can wait.")


async def test_supporting_without_a_connection(play: Play) -> None:
    ben = await play.at_idea(play.cast.ben)
    await ben.page.context.set_offline(True)
    await ben.button("Support").click()
    await expect(line(ben)).to_contain_text(OFFLINE, timeout=SAID)
    await expect(play.part(ben, "vote").locator(".trouble")).to_be_visible()
    await ben.button("Try again").click()
    await expect(line(ben)).to_contain_text(OFFLINE, timeout=SAID)
    await ben.page.context.set_offline(False)
    await try_again(ben)
    await expect(ben.button("You support this")).to_be_visible()
    await expect(line(ben)).to_have_count(0)
    assert await votes(play) == 6


async def test_writing_without_a_connection(play: Play) -> None:
    cem = await play.at_idea(play.cast.cem)
    await cem.page.context.set_offline(True)
    await write_build(cem)
    await expect(line(cem)).to_contain_text(OFFLINE, timeout=SAID)
    await expect(cem.page.locator("#contribute-body")).to_have_value(BUILD)
    await cem.page.context.set_offline(False)
    await try_again(cem)
    await cem.sees(BUILD)
    await expect(cem.page.get_by_text(BUILD)).to_have_count(1)


async def test_a_form_that_leaves_the_page_without_a_connection(play: Play) -> None:
    ben = await play.stage.tab(play.cast.ben, "/ideas/new")
    await write_idea(ben)
    await ben.page.context.set_offline(True)
    await ben.button("Post this idea").click()
    await expect(line(ben)).to_contain_text(OFFLINE, timeout=SAID)
    await expect(ben.page.get_by_label("Your idea in one line")).to_have_value(TITLE)
    await ben.page.context.set_offline(False)
    await try_again(ben)
    await expect(ben.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert await ideas(play) == 1


async def test_what_was_confirmed_is_sent_once(play: Play) -> None:
    """The question and the look whether the server answers do not come in each other's way."""
    ada = await play.at_idea(play.cast.ada)
    await ada.page.get_by_text("Withdraw", exact=True).first.click()
    asked = ada.page.locator("#confirm")
    await asked.get_by_role("button", name="Withdraw").click()
    await ada.sees("Your idea is withdrawn.")
    await expect(asked).to_be_hidden()


@pytest.mark.parametrize("status", [502, 504])
async def test_the_error_page_of_a_proxy_is_no_answer(play: Play, status: int) -> None:
    ben = await play.at_idea(play.cast.ben)

    async def refuse(route: Route) -> None:
        await route.fulfill(status=status, body="<h1>Bad gateway</h1>", content_type="text/html")

    await ben.page.route("**/vote", refuse, times=1)
    await ben.button("Support").click()
    await expect(line(ben)).to_contain_text(UNANSWERED, timeout=SAID)
    await expect(ben.page.get_by_text("Bad gateway")).to_have_count(0)
    await try_again(ben)
    await play.sees_count(ben, 6)


async def watched(play: Play, url: str) -> Tab:
    """Ben's page, which remembers all that is said at its controls; time may be made to fly."""
    context = await play.stage.context(play.cast.ben)
    await context.add_init_script(WATCHING)
    return await play.stage.tab(None, url, context=context)


async def check_late_then_unanswered(tab: Tab) -> None:
    """It was said that it takes long, then that no answer came."""
    await expect(line(tab)).to_contain_text(UNANSWERED, timeout=10_000)
    first, then = await tab.page.evaluate("said")
    assert LATE in first and UNANSWERED in then
    await tab.page.evaluate("faster = 1")


async def test_a_server_that_hangs(play: Play, process: Process) -> None:
    ben = await watched(play, f"{process.url}{play.place}")
    writing = await watched(play, f"{process.url}/ideas/new")
    await write_idea(writing, process.url)
    process.freeze()
    for tab, name in ((ben, "Support"), (writing, "Post this idea")):
        await tab.page.evaluate("faster = 5")
        await tab.button(name).click()
    for tab in (ben, writing):
        await check_late_then_unanswered(tab)
    await expect(writing.page.get_by_label("Your idea in one line")).to_have_value(TITLE)
    process.thaw()
    for tab in (ben, writing):
        await try_again(tab)
    await expect(ben.button("You support this")).to_be_visible(timeout=AGAIN)
    await expect(writing.page.get_by_role("heading", level=1)).to_have_text(TITLE, timeout=AGAIN)
    assert (await votes(play), await ideas(play)) == (6, 1)
    await writing.listening()  # a socket that opens when the page is closed complains
    writing.faults.clear()  # what asks for similar ideas waited in vain as well


async def test_a_server_that_hangs_after_it_was_asked(play: Play, process: Process) -> None:
    """It answers whether it is there, and then not the form."""
    ben = await watched(play, f"{process.url}/ideas/new")
    await write_idea(ben, process.url)

    async def freeze(route: Route) -> None:
        process.freeze()
        await route.continue_()

    await ben.page.route("**/ideas/new", freeze)
    await ben.page.evaluate("faster = 5")
    await ben.button("Post this idea").click(no_wait_after=True)
    await check_late_then_unanswered(ben)
    await expect(ben.page.get_by_label("Your idea in one line")).to_have_value(TITLE)
    await ben.page.unroute("**/ideas/new")
    process.thaw()
    await try_again(ben)
    await expect(ben.page.get_by_role("heading", level=1)).to_have_text(TITLE, timeout=AGAIN)
    assert await ideas(play) == 1
    await ben.listening()  # a socket that opens when the page is closed complains
