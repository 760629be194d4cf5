"""Every kind of page in languages that write longer, or from right to left, on a small phone."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.async_api import Page

from tests.journeys.browsing import Stage, Tab
from tests.journeys.checking import NARROW, axe_source, judge, sideways
from tests.journeys.crawling import crawl, shape
from tests.journeys.test_accessible_pages import ALSO, find_person, starts
from tests.support.in_pseudo import LANGUAGE, pseudo_languages
from tests.support.pseudo import CODES, RIGHT_TO_LEFT

pytestmark = pytest.mark.skipif(bool(LANGUAGE), reason="looks at the pseudo-languages themselves")

ROLES = ("", "Ada Brandt", "Greta Lindqvist", "Ines Moreau")
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
@pytest.mark.parametrize("name", ROLES, ids=lambda name: name.split()[0] if name else "stranger")
async def test_every_kind_of_page_fits_a_phone(name: str, language: str, visit: Stage) -> None:
    wish = {"Accept-Language": language}
    context = await visit.context(
        await find_person(visit, name), viewport=NARROW, extra_http_headers=wish
    )
    cookies = {one.get("name", ""): one.get("value", "") for one in await context.cookies()}
    url = visit.served.config.public_url
    async with httpx.AsyncClient(base_url=url, cookies=cookies) as client:
        found = await crawl(client, ["/", *await starts(visit), *ALSO])
    kinds = {shape(path): path for path in found}
    tab = Tab(await context.new_page())
    visit.tabs.append(tab)
    faults = []
    for path in kinds.values():
        await tab.page.goto(path)
        faults += [f"{path}: {fault}" for fault in await check(tab.page, language)]
    assert len(kinds) > 12
    assert not faults, "\n".join(faults)


async def check(page: Page, language: str) -> list[str]:
    """What does not fit, or does not run as the language does."""
    direction = "rtl" if language == RIGHT_TO_LEFT else "ltr"
    html = page.locator("html")
    assert (await html.get_attribute("lang"), await html.get_attribute("dir")) == (
        language,
        direction,
    )
    await page.evaluate(axe_source())
    against: list[str] = await page.evaluate(AGAINST, [OURS, direction])
    return [
        *await sideways(page),
        *(fault for fault in await judge(page) if not fault.startswith(BRACKETS)),
        *(f"runs the other way: {one}" for one in against),
    ]
