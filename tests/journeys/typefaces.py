"""Chromium with one family of fonts, as on machines that have no other.

Words of one family are wider than those of another, and wrap elsewhere: what fits in the one may
overlap in the other. The journeys run in the first family that is installed; how a page is laid
out is judged in the others as well. IDEAHUB_TEST_FONTS names the family to begin with.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urljoin

from playwright.async_api import Browser, Page

# Family → a file of it, and the package of Debian that brings it.
FAMILIES = {
    "dejavu": ("DejaVuSans.ttf", "fonts-dejavu-core"),
    "liberation": ("LiberationSans-Regular.ttf", "fonts-liberation"),
}
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def installed() -> list[str]:
    """The families that are here; the one that IDEAHUB_TEST_FONTS names comes first.

    Raises LookupError where that one is not here.
    """
    here = [family for family in FAMILIES if folder_of(family)]
    wish = os.environ.get("IDEAHUB_TEST_FONTS")
    if wish and wish not in here:
        raise LookupError(f"IDEAHUB_TEST_FONTS is {wish}, and here is only {', '.join(here)}")
    return sorted(here, key=lambda family: family != wish) if wish else here


def folder_of(family: str) -> Path | None:
    """Where the files of the family are, if they are anywhere."""
    name, _package = FAMILIES[family]
    found = (path for folder in FOLDERS if folder.is_dir() for path in folder.rglob(name))
    return next((path.parent for path in found), None)


def only(family: str, place: Path) -> dict[str, str]:
    """The environment in which a browser has no other fonts; its settings are kept in `place`."""
    settings = place / f"{family}.conf"
    settings.write_text(SETTINGS.format(fonts=folder_of(family), cache=place / family))
    return {**os.environ, "FONTCONFIG_FILE": str(settings)}


class Copier:
    """Shows pages as they stand, without their scripts, in another browser.

    It uses its tabs again: to open one, and to load its styles, takes longer than to look at it.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._idle: list[Page] = []

    @asynccontextmanager
    async def copied(self, page: Page) -> AsyncIterator[Page]:
        """A copy of the page that is open."""
        html = await page.evaluate(
            """() => {
              const copy = document.documentElement.cloneNode(true);
              copy.querySelectorAll("script").forEach((one) => one.remove());
              return "<!doctype html>" + copy.outerHTML;
            }"""
        )
        copy = self._idle.pop() if self._idle else await self._new_tab()
        # Fonts and styles are only loaded for a page of the same site.
        start = urljoin(page.url, "/healthz")
        if copy.url != start:
            await copy.goto(start)
        if page.viewport_size:
            await copy.set_viewport_size(page.viewport_size)
        await copy.set_content(html)
        yield copy
        self._idle.append(copy)

    async def _new_tab(self) -> Page:
        return await self.browser.new_page(reduced_motion="reduce")
