"""Two browsers on two processes: what one person does appears in the other's page by itself, and a
renewal of all processes, while both go on, loses nothing of what they do and see."""

import asyncio
import re
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import Config
from ideahub.core.db import Database
from tests.journeys.browsing import Tab, stage_on
from tests.journeys.playing import BUILD, Play, prepare, write_build
from tests.journeys.typefaces import Copier
from tests.support.mail_sink import free_port
from tests.support.programs import needs, redis_options, running
from tests.support.serving import Served
from tests.support.started import Started, started

pytestmark = pytest.mark.slow

# Milliseconds. The promise is a second; here are three programs more than elsewhere.
SOON = 10_000
# After a renewal a page connects again, and perhaps asks once more for all of it.
SETTLED = 30_000
# The words on the button, before how many support the idea.
FREE, SUPPORTED = re.compile("^Support"), re.compile("^You support this")
TITLE = "A bench at every stop"


@dataclass
class Town:
    """What processes share: a database, and the settings of both."""

    database: Database
    config: Config
    browser: Browser
    other_fonts: dict[str, Copier]
    folder: Path
    settings: dict[str, str]

    @asynccontextmanager
    async def process(self, *arguments: str) -> AsyncIterator[Started]:
        """A command that serves the site."""
        async with started(self.settings, self.folder, *arguments) as site:
            yield site

    async def play(self, site: Started, stack: AsyncExitStack) -> Play:
        """The small site as this process serves it; it is filled by the first one."""
        # The application itself is in another process, where no journey reaches it.
        app: Any = None
        served = Served(app, replace(self.config, public_url=site.url), self.database)
        stage = await stack.enter_async_context(stage_on(served, self.browser, self.other_fonts))
        return await prepare(stage)


@pytest.fixture(params=["database", pytest.param("redis", marks=needs("redis-server"))])
async def town(
    request: pytest.FixtureRequest,
    committing: Database,
    config: Config,
    chromium: Browser,
    other_fonts: dict[str, Copier],
    tmp_path: Path,
) -> AsyncIterator[Town]:
    """Deeds are announced by the database, or by Redis."""
    assert isinstance(committing.bind, AsyncEngine)
    url = committing.bind.url.render_as_string(hide_password=False)
    settings = {"IDEAHUB_DATABASE_URL": url, "IDEAHUB_POOL_SIZE": "4"}
    made = Town(committing, config, chromium, other_fonts, tmp_path, settings)
    if request.param == "database":
        yield made
        return
    port = free_port()
    async with running("redis-server", port, *redis_options(port), folder=tmp_path):
        settings["IDEAHUB_BUS_URL"] = f"redis://127.0.0.1:{port}"
        yield made


async def press_support(tab: Tab, *, on: bool) -> None:
    """Supports the idea that is open, or takes that back; returns when it is answered."""
    before, after = (FREE, SUPPORTED) if on else (SUPPORTED, FREE)
    await tab.page.get_by_role("button", name=before).click()
    await expect(tab.page.get_by_role("button", name=after)).to_be_visible(timeout=SOON)


async def sees_count(play: Play, tab: Tab, number: int, within: int = SOON) -> None:
    count = play.part(tab, "support").locator("strong")
    await expect(count).to_have_text(str(number), timeout=within)


async def test_deeds_on_one_appear_on_the_other_both_ways(town: Town) -> None:
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(town.process()) for _process in range(2)]
        here = await town.play(one, stack)
        there = replace(here, stage=await stack.enter_async_context(beside(here, other)))
        cem, ben = await here.at_idea(here.cast.cem), await there.at_idea(here.cast.ben)
        for count, doer in enumerate((cem, ben), start=6):
            await press_support(doer, on=True)
            for tab in (cem, ben):
                await sees_count(here, tab, count)
        for doer, other_one, words in ((cem, ben, BUILD), (ben, cem, "And a song for the way.")):
            await write_build(doer, words)
            for tab in (doer, other_one):
                await tab.sees(words, seconds=SOON / 1000)
                await expect(tab.page.get_by_text(words)).to_have_count(1)
        for watching, posting in ((here, there), (there, here)):
            await check_new_idea(watching, posting)


def beside(play: Play, other: Started) -> Any:
    """The same people and the same browser, at another process."""
    stage = play.stage
    served = replace(stage.served, config=replace(stage.served.config, public_url=other.url))
    return stage_on(served, stage.browser, stage.other_fonts)


async def check_new_idea(watching: Play, posting: Play) -> None:
    """What is posted on one process is announced above the list of the other."""
    reader = await watching.stage.tab(watching.cast.cem, "/ideas")
    writer = await posting.stage.tab(posting.cast.ben, "/ideas/new")
    title = f"{TITLE}, says {posting.stage.served.config.public_url[-4:]}"
    await writer.page.get_by_label("Where does it belong?").select_option(index=1)
    await writer.page.get_by_label("Your idea in one line").fill(title)
    await writer.page.get_by_label("What is it?").fill(f"So that everyone can wait. {title}.")
    await writer.button("Post this idea").click()
    bar = reader.page.locator("[data-new-list]")
    await expect(bar).to_contain_text("1 new", timeout=SOON)
    await bar.get_by_role("link").click()
    await reader.sees(title, seconds=SOON / 1000)


async def test_a_renewal_loses_nothing_that_two_people_do_or_see(town: Town) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(town.process("--workers", "2"))
        play = await town.play(site, stack)
        tabs = [await play.at_idea(person) for person in (play.cast.cem, play.cast.ben)]
        renewed = asyncio.Event()
        acting = [asyncio.create_task(act(tab, n, renewed)) for n, tab in enumerate(tabs)]
        await asyncio.sleep(1)
        site.process.send_signal(signal.SIGHUP)
        await site.until_said("the processes are renewed")
        await asyncio.sleep(1)
        renewed.set()
        done = [words for said in await asyncio.gather(*acting) for words in said]
        for tab in (*tabs, await play.at_idea(None)):
            await sees_count(play, tab, 7, SETTLED)
            for words in done:
                found = tab.page.locator("#conversation").get_by_text(words, exact=True)
                await expect(found).to_have_count(1, timeout=SETTLED)
        assert "Traceback" not in site.said()


# So that all of it is on one page of the conversation.
MOST_BUILDS = 6


async def act(tab: Tab, number: int, over: asyncio.Event) -> list[str]:
    """Supports, takes it back and builds on the idea, again and again, each once the one before
    was answered; in the end it is supported. Returns the builds."""
    said: list[str] = []
    while not over.is_set():
        await press_support(tab, on=True)
        if len(said) < MOST_BUILDS:
            said.append(f"Street {number}, crossing {len(said)}: somebody waves the flag.")
            await write_build(tab, said[-1])
            await tab.sees(said[-1], seconds=SOON / 1000)
        await press_support(tab, on=False)
        await asyncio.sleep(0.3)
    await press_support(tab, on=True)
    return said
