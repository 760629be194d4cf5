"""Every kind of page in languages that write longer, or from right to left, on a small phone."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.async_api import BrowserContext, Page

from tests.journeys.browsing import Stage, Tab
from tests.journeys.checking import NARROW, axe_source, judge, sideways
from tests.journeys.looking_around import ROLES, find_person
from tests.support.following_links import shape
from tests.support.in_pseudo import LANGUAGE, pseudo_languages
from tests.support.pseudo import CODES, RIGHT_TO_LEFT

pytestmark = pytest.mark.skipif(bool(LANGUAGE), reason="looks at the pseudo-languages themselves")

AT_ONCE = 3
# Ours, in the words of the language: not what people wrote.
OURS = "nav a, footer p, label, button, .eyebrow"
# A name that holds the words in sight does not hold the brackets around each of them.
BRACKETS = "label-content-name-mismatch"
AGAINST = """([selector, direction]) => [...document.querySelectorAll(selector)]
  .filter((one) => !one.closest("[dir]:not(html)") && !one.querySelector("[dir], bdi"))
  .filter((one) => getComputedStyle(one).direction !== direction)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module", autouse=True)
def offered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The pseudo-languages beside English."""
    with pseudo_languages(tmp_path_factory.mktemp("locale")):
        yield


@pytest.mark.parametrize("language", CODES)
async def test_every_kind_of_page_fits_a_phone(
    language: str, visit: Stage, new_pages: dict[str, list[str]]
) -> None:
    seen: set[str] = set()
    faults: list[str] = []
    for name in ROLES:
        kinds = {shape(path): path for path in new_pages[name] if shape(path) not in seen}
        seen |= set(kinds)
        context = await visit.context(
            await find_person(visit.served, name),
            viewport=NARROW,
            extra_http_headers={"Accept-Language": language},
        )
        queue = iter(kinds.values())
        work = [look(visit, context, queue, language) for _tab in range(AT_ONCE)]
        faults += [fault for found in await asyncio.gather(*work) for fault in found]
    assert len(seen) > 30
    assert not faults, "\n".join(faults)


async def look(
    visit: Stage, context: BrowserContext, queue: Iterator[str], language: str
) -> list[str]:
    """Checks one page after the other, in a tab of its own."""
    tab = Tab(await context.new_page())
    visit.tabs.append(tab)
    faults = []
    for path in queue:
        await tab.page.goto(path)
        faults += [f"{path}: {fault}" for fault in await check(tab.page, language)]
    return faults


async def check(page: Page, language: str) -> list[str]:
    """What does not fit, or does not run as the language does."""
    direction = "rtl" if language == RIGHT_TO_LEFT else "ltr"
    html = page.locator("html")
    chosen = await html.get_attribute("lang"), await html.get_attribute("dir")
    if chosen != (language, direction):
        return [f"it is in {chosen}"]
    await page.evaluate(axe_source())
    against: list[str] = await page.evaluate(AGAINST, [OURS, direction])
    return [
        *await sideways(page),
        *(fault for fault in await judge(page) if not fault.startswith(BRACKETS)),
        *(f"runs the other way: {one}" for one in against),
    ]
