"""Real browsers: Chromium, people signed in on it, and whatever goes wrong in their pages."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

from ideahub.organisations.models import Person
from tests.journeys.typefaces import Copier
from tests.support.serving import Served

# The first has no windows: it is the same engine, and opens a page in half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Milliseconds. The promise is one second; the box that runs this may be busy. Playwright's own
# patience, for whatever else is waited for, is longer for the same reason.
SOON, SOMETIME = 10_000, 30_000
# The page itself does not say when its socket is open; the tests want to know.
LISTENING = """document.addEventListener("htmx:ws:after:connection", () => {
  document.documentElement.dataset.listening = "";
});"""
# A page that answers 404 or 422 is meant to; Chromium calls it a failure to load.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


def find_chromium() -> str | None:
    """Where Chromium is: as IDEAHUB_CHROMIUM says, or on the PATH."""
    given = os.environ.get("IDEAHUB_CHROMIUM")
    return given or next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Stage:
    """A running server, a browser, and the people who use it."""

    served: Served
    browser: Browser
    stack: AsyncExitStack
    # Family of fonts → a browser that has only these: for what depends on how wide they are.
    other_fonts: dict[str, Copier]
    scripts: bool = True
    # What went wrong in every page that was opened, by whatever means.
    faults: dict[Page, "Faults"] = field(default_factory=dict)

    async def context(self, person: Person | None = None, **options: Any) -> BrowserContext:
        """A browser of somebody's own, signed in; a stranger's for None."""
        url = self.served.config.public_url
        options = {"java_script_enabled": self.scripts, "reduced_motion": "reduce", **options}
        context = await self.browser.new_context(base_url=url, **options)
        await context.add_init_script(LISTENING)
        context.on("page", self._heed)
        self.stack.push_async_callback(context.close)
        context.set_default_timeout(SOMETIME)
        if person:
            await self.sign_in(context, person)
        return context

    async def sign_in(self, context: BrowserContext, person: Person) -> None:
        """Gives the browser a session of the person."""
        secret = await self.served.sign_in(person)
        url = self.served.config.public_url
        await context.add_cookies([{"name": "ideahub", "value": secret, "url": url}])

    async def tab(
        self,
        person: Person | None,
        path: str,
        *,
        context: BrowserContext | None = None,
        **options: Any,
    ) -> "Tab":
        """Somebody opens a page; with a socket in it, it listens when this returns."""
        page = await (context or await self.context(person, **options)).new_page()
        tab = Tab(page, self.faults_in(page), scripts=self.scripts)
        await tab.open(path)
        return tab

    def _heed(self, page: Page) -> None:
        self.faults_in(page)

    def faults_in(self, page: Page) -> "Faults":
        """What went wrong in a page of this stage."""
        if page not in self.faults:
            self.faults[page] = Faults(page)
        return self.faults[page]

    def check(self) -> None:
        """Fails if anything went wrong in any of the pages."""
        faults = [fault for faults in self.faults.values() for fault in faults]
        assert not faults, faults


class Faults(list[str]):
    """What goes wrong in a page: errors and warnings of its scripts, what the content security
    policy refuses, requests that fail."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not ANSWERED.match(message.text):
            where = message.page.url if message.page else ""
            self.append(f"{where}: {message.text}")

    def _failed(self, request: Request) -> None:
        # Leaving a page cuts its requests short; nothing is wrong then.
        if request.failure != "net::ERR_ABORTED":
            self.append(f"{request.url}: {request.failure}")


class Tab:
    """One page of a person's browser, and the faults that were seen in it."""

    def __init__(self, page: Page, faults: Faults, *, scripts: bool = True) -> None:
        self.page = page
        self.faults = faults
        self.scripts = scripts

    async def open(self, path: str) -> Self:
        """Goes to an address of the site."""
        await self.page.goto(path)
        return await self.listening()

    async def listening(self) -> Self:
        """Waits until what others do can arrive here."""
        if self.scripts and await self.page.locator("#live").count():
            await self.page.locator("html[data-listening]").wait_for(state="attached")
        return self

    def button(self, name: str, *, within: str = "main", nth: int = 0) -> Locator:
        """A button by its words."""
        return self.page.locator(within).get_by_role("button", name=name).nth(nth)

    def link(self, name: str, *, within: str = "main") -> Locator:
        """A link by its words."""
        return self.page.locator(within).get_by_role("link", name=name).first

    async def sees(self, text: str, *, within: str = "main", seconds: float = SOON / 1000) -> None:
        """Waits for these words to be visible."""
        found = self.page.locator(within).get_by_text(text).filter(visible=True).first
        await found.wait_for(timeout=seconds * 1000)


@asynccontextmanager
async def stage_on(
    served: Served, browser: Browser, other_fonts: dict[str, Copier]
) -> AsyncIterator[Stage]:
    """Opens the stage, closes its browsers afterwards and fails on what went wrong in them."""
    async with AsyncExitStack() as stack:
        stage = Stage(served, browser, stack, other_fonts)
        yield stage
        stage.check()
