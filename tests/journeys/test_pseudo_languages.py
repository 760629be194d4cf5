"""Every kind of page in languages that write longer, or from right to left, on a small phone."""

from functools import partial

import pytest
from playwright.async_api import Page

from tests.journeys.browsing import Stage
from tests.journeys.checking import NARROW, check_layout, judge_quickly
from tests.journeys.looking_around import ROLES, Found, check_each, find_person
from tests.support.in_pseudo import LANGUAGE
from tests.support.pseudo import CODES, RIGHT_TO_LEFT

pytestmark = [
    pytest.mark.skipif(bool(LANGUAGE), reason="looks at the pseudo-languages themselves"),
    pytest.mark.usefixtures("offered_pseudo_languages"),
]

# Ours, in the words of the language: not what people wrote.
OURS = "nav a, footer p, label, button, .eyebrow"
# A name that holds the words in sight does not hold the brackets around each of them.
BRACKETS = "label-content-name-mismatch"
AGAINST = """([selector, direction]) => [...document.querySelectorAll(selector)]
  .filter((one) => !one.closest("[dir]:not(html)") && !one.querySelector("[dir], bdi"))
  .filter((one) => getComputedStyle(one).direction !== direction)
  .map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("name", ROLES, ids=lambda name: name.split()[0] if name else "stranger")
@pytest.mark.parametrize("language", CODES)
async def test_every_kind_of_page_fits_a_phone(
    language: str, name: str, visit: Stage, new_pages: dict[str, list[Found]]
) -> None:
    context = await visit.context(
        await find_person(visit.served, name),
        viewport=NARROW,
        extra_http_headers={"Accept-Language": language},
    )
    kinds = _of_each_kind(new_pages[name])
    faults = await check_each(context, kinds, partial(check, language=language))
    assert not faults, "\n".join(faults)


def _of_each_kind(pages: list[Found]) -> list[Found]:
    return [found for found in pages if found.is_first_of_kind]


def test_there_are_many_kinds_of_pages(new_pages: dict[str, list[Found]]) -> None:
    assert sum(len(_of_each_kind(new_pages[name])) for name in ROLES) > 30


async def check(page: Page, _found: Found, language: str) -> list[str]:
    """What does not fit, or does not run as the language does."""
    direction = "rtl" if language == RIGHT_TO_LEFT else "ltr"
    html = page.locator("html")
    chosen = await html.get_attribute("lang"), await html.get_attribute("dir")
    if chosen != (language, direction):
        return [f"{page.url}: it is in {chosen}"]
    against: list[str] = await page.evaluate(AGAINST, [OURS, direction])
    faults = [
        *(fault for fault in await judge_quickly(page) if not fault.startswith(BRACKETS)),
        *await check_layout(page),
        *(f"runs the other way: {one}" for one in against),
    ]
    return [f"{page.url}: {fault}" for fault in faults]
