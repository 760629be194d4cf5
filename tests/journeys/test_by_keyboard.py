"""Walking through the pages with the Tab key alone."""

import pytest
from playwright.async_api import Page

from tests.journeys.browsing import Stage
from tests.journeys.looking_around import find_person

MOST_STOPS = 400
PAGES = (
    ("Ben Okafor", "/"),
    ("Ben Okafor", "/ideas/1"),
    ("Ben Okafor", "/ideas/new"),
    ("Kofi Mensah", "/assignments/4"),
    ("Ines Moreau", "/management/8/results/2/runs/2"),
)
# Where the focus is, whether one sees it, and whether something lies on top of it.
STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const shown = (one) => {
    const its = getComputedStyle(one);
    return its.outlineStyle !== "none" && parseFloat(its.outlineWidth) >= 2;
  };
  const own = at.closest(".choice, .card-link");
  const [x, y] = [box.x + Math.min(box.width / 2, 20), box.y + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  const bar = top?.closest(".site-header, .tabbar");
  at.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length + 1);
  return {
    stop: at.dataset.stop,
    name: `${at.tagName} ${at.id} ${(at.innerText || at.value || "").trim().slice(0, 40)}`,
    marked: shown(at) || Boolean(own && shown(own)),
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    covered: Boolean(bar && !bar.contains(at)),
  };
}"""


async def walk(page: Page, key: str = "Tab") -> list[str]:
    """Presses the key until it has gone round; returns what is wrong on the way."""
    faults: list[str] = []
    visited: list[str] = []
    for _press in range(MOST_STOPS):
        await page.keyboard.press(key)
        stop = await page.evaluate(STOP)
        if stop is None or stop["stop"] == (visited[0] if visited else None):
            break
        if stop["stop"] in visited:
            return [*faults, f"trapped at {stop['name']}"]
        visited.append(stop["stop"])
        for what, wrong in (
            ("no focus to be seen", not stop["marked"]),
            ("out of sight", not stop["inside"]),
            ("under a bar", stop["covered"]),
        ):
            if wrong:
                faults.append(f"{what}: {stop['name']}")
    everything = await page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
        .filter((one) => !one.dataset.stop && one.tabIndex >= 0 && !one.disabled
          && one.type !== "radio" && one.checkVisibility({ visibilityProperty: true }))
        .map((one) => one.outerHTML.slice(0, 120))"""
    )
    return faults + [f"never reached: {one}" for one in everything]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("name", "path"), PAGES)
async def test_every_stop_is_seen_and_left_again(
    name: str, path: str, width: int, visit: Stage
) -> None:
    person = await find_person(visit.served, name)
    tab = await visit.tab(person, path, viewport={"width": width, "height": 800})
    assert not await walk(tab.page)
    await tab.open(path)
    assert not await walk(tab.page, "Shift+Tab")


async def test_the_way_past_the_header(visit: Stage) -> None:
    tab = await visit.tab(None, "/ideas")
    await tab.page.keyboard.press("Tab")
    await tab.page.keyboard.press("Enter")
    assert await tab.page.evaluate("document.activeElement.id") == "main"
