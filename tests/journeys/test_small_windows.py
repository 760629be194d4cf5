"""On a phone, and on a page enlarged fourfold: what one came for is there without scrolling."""

import pytest
from playwright.async_api import Locator, ViewportSize, expect

from tests.journeys.browsing import Stage, Tab
from tests.journeys.looking_around import find_person

PHONE: ViewportSize = {"width": 390, "height": 800}
# 1280 × 1024 at 400 %.
ENLARGED: ViewportSize = {"width": 320, "height": 256}
# How much of the window is covered by what does not scroll, from its upper edge and its lower one.
COVERED = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const how = getComputedStyle(one).position;
  return ["fixed", "sticky"].includes(how) && one.checkVisibility({ visibilityProperty: true });
}).map((one) => one.getBoundingClientRect())
  .filter((box) => box.width > 100 && box.top < innerHeight && box.bottom > 0)
  .reduce((sum, box) => sum + Math.min(box.bottom, innerHeight) - Math.max(box.top, 0), 0)"""


async def top(one: Locator) -> float:
    """How far below the upper edge of the page it begins."""
    box = await one.bounding_box()
    assert box
    return box["y"]


async def is_in_reach(tab: Tab, one: Locator) -> None:
    """It can be pressed where one is, whether the page was scrolled or not."""
    for share in (0, 0.5, 1):
        await tab.page.evaluate(f"scrollTo(0, document.body.scrollHeight * {share})")
        await expect(one).to_be_in_viewport(ratio=1)
        await one.click(trial=True)


async def open_as(visit: Stage, name: str, path: str, viewport: ViewportSize = PHONE) -> Tab:
    """The page as this person of the demonstration sees it in a window of this size."""
    person = await find_person(visit.served, name)
    return await visit.tab(person, path, viewport=viewport)


@pytest.mark.parametrize("name", ["", "Deniz Kaya"])
async def test_supporting_is_in_reach(visit: Stage, name: str) -> None:
    tab = await open_as(visit, name, "/ideas?order=newest")
    await tab.page.locator(".idea-card:has(.vote) .card-title a").first.click()
    await is_in_reach(tab, tab.page.locator(".support-box .vote button"))


async def test_deciding_is_in_reach(visit: Stage) -> None:
    tab = await open_as(visit, "Greta Lindqvist", "/ideas/1")
    await is_in_reach(tab, tab.page.locator(".decide-at-hand"))


@pytest.mark.parametrize("width", [320, 390, 700])
@pytest.mark.parametrize("words", ["", "Unterstützt von dir", "Qo‘llab-quvvatlayapsiz"])
async def test_the_page_ends_above_the_bars(visit: Stage, words: str, width: int) -> None:
    tab = await open_as(visit, "Greta Lindqvist", "/ideas/2", {"width": width, "height": 700})
    for button in await tab.page.locator(".at-hand .btn > span").all() if words else []:
        await button.evaluate("(one, words) => { one.textContent = words; }", words)
    await tab.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = await tab.page.locator("footer small").last.bounding_box()
    assert last and last["y"] + last["height"] <= await top(tab.page.locator(".at-hand"))
    for button in await tab.page.locator(".at-hand .btn").all():
        assert await button.evaluate("(one) => one.scrollWidth <= one.clientWidth")


async def test_no_bar_where_one_may_do_nothing(visit: Stage) -> None:
    mira = await open_as(visit, "Mira Novak", "/ideas/11")
    await mira.sees("Your idea: its support is what others give it.")
    await expect(mira.page.locator(".at-hand")).to_have_count(0)


@pytest.mark.parametrize("path", ["/ideas", "/challenges", "/idea-boxes"])
async def test_a_list_begins_with_what_is_listed(visit: Stage, path: str) -> None:
    tab = await open_as(visit, "", path)
    first = tab.page.locator("main :is(.idea-card, article.card)").first
    assert await top(first) < PHONE["height"] / 2


async def test_ideas_are_rows_of_which_two_have_room(visit: Stage) -> None:
    tab = await open_as(visit, "", "/ideas")
    second = tab.page.locator(".idea-card").nth(1)
    name = second.get_by_role("heading")
    await expect(name).to_be_in_viewport(ratio=1)
    await name.get_by_role("link").click(trial=True, position={"x": 5, "y": 5})
    assert await tab.page.evaluate("scrollY") == 0


@pytest.mark.parametrize("scripts", [True, False])
async def test_filters_are_folded_and_work(visit: Stage, *, scripts: bool) -> None:
    visit.scripts = scripts
    tab = await open_as(visit, "", "/ideas")
    words = tab.page.locator("#search-words")
    await expect(words).to_be_hidden()
    await tab.page.get_by_text("Search and filter").click()
    await words.fill("bus")
    await tab.button("Show").click()
    await tab.sees("Ideas about “bus”")
    await expect(tab.page.get_by_text("Search and filter: on")).to_be_visible()


async def test_filters_stand_open_where_there_is_room(visit: Stage) -> None:
    tab = await open_as(visit, "", "/ideas", {"width": 1280, "height": 800})
    await expect(tab.page.locator("#search-words")).to_be_visible()
    await tab.page.locator("#search-words").fill("bus")
    await tab.button("Show").click()
    await tab.sees("Ideas about “bus”")


@pytest.mark.parametrize("path", ["/", "/ideas", "/ideas/11"])
async def test_nothing_stands_in_the_way_at_fourfold_size(visit: Stage, path: str) -> None:
    tab = await open_as(visit, "Deniz Kaya", path, ENLARGED)
    await tab.page.evaluate("scrollTo(0, 1500)")
    assert await tab.page.evaluate(COVERED) == 0
    await tab.page.set_viewport_size(PHONE)
    assert await tab.page.evaluate(COVERED) > 0
