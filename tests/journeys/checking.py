"""What every page is checked for: axe-core's rules, its width, its heading and its title."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Page, ViewportSize

from tests.journeys.typefaces import Copier

AXE = Path(__file__).parents[2] / "web/assets/node_modules/axe-core/axe.min.js"
JUDGING = Path(__file__).with_name("judging.js")
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 700}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True)
class Excused:
    """Something axe-core cannot judge by itself, and why it is right."""

    rule: str
    where: str
    because: str


IN_A_PICTURE = "axe-core cannot see what lies behind words in a drawing; check_drawings does"
EXCUSED: tuple[Excused, ...] = (
    Excused("color-contrast", "<text", IN_A_PICTURE),
    Excused("color-contrast", "<tspan", IN_A_PICTURE),
)


@cache
def _judges() -> str:
    """axe-core, and ours beside it; skips where the assets were not built here."""
    if not AXE.is_file():
        pytest.skip("axe-core is not here; `make assets` brings it")
    return AXE.read_text() + JUDGING.read_text()


async def call(page: Page, function: str, *arguments: Any) -> Any:
    """What one of the functions of judging.js gives for the page."""
    # An element with this id is found by the same name.
    if not await page.evaluate("'judge' in (globalThis.judging ?? {})"):
        await page.evaluate(_judges())
    return await page.evaluate(f"all => judging.{function}(...all)", arguments)


async def judge(page: Page, within: str | None = None) -> list[str]:
    """What axe-core finds, and what it cannot judge and nobody has explained."""
    return _said(await call(page, "judge", within))


async def judge_quickly(page: Page) -> list[str]:
    """What axe-core finds but for contrast, which is judged by `judge_colours`."""
    return _said(await call(page, "judgeAllButContrast")) + await judge_colours(page)


async def judge_colours(page: Page) -> list[str]:
    """What is hard to read; of all words in the same colours, some are looked at."""
    return _said(await call(page, "judgeColours"))


async def check_layout(page: Page) -> list[str]:
    """What is wrong with the page because of how wide its words are: something lies over them,
    or sticks out of the page."""
    covered = await call(page, "covered")
    return [*(f"covered: {words}" for words in covered), *await sideways(page)]


def _said(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [
        *(f"{one['rule']} at {one['where']}: {one['why']}" for one in found["violations"]),
        *(
            f"undecided {one['rule']} at {one['where']}: {one['why']} {one['html']}"
            for one in found["incomplete"]
            if not any(_covers(excuse, one) for excuse in EXCUSED)
        ),
    ]


def _covers(excuse: Excused, one: dict[str, Any]) -> bool:
    return excuse.rule == one["rule"] and excuse.where in one["where"] + one["html"]


async def check_page(page: Page, other_fonts: dict[str, Copier]) -> list[str]:
    """All faults of the page that is open, wide and narrow, light and dark.

    In other fonts it is only laid out once more: nothing lies over words, nothing sticks out.
    """
    faults = await check_wide(page)
    await page.set_viewport_size(NARROW)
    faults += [f"narrow: {fault}" for fault in await judge_quickly(page)]
    faults += [f"narrow: {fault}" for fault in await check_layout(page)]
    for family, copier in other_fonts.items():
        async with copier.copied(page) as copy:
            faults += [f"in {family}: {fault}" for fault in await check_layouts(copy)]
    return [f"{page.url}: {fault}" for fault in faults]


async def check_more_of(page: Page) -> list[str]:
    """The faults of a page of a kind of which `check_page` has checked one: what stands on it may
    be new, but the rules that see no more of it on a narrow page need not ask again."""
    faults = await check_wide(page)
    await page.set_viewport_size(NARROW)
    faults += [f"narrow: {fault}" for fault in await judge_colours(page)]
    faults += [f"narrow: {fault}" for fault in await check_layout(page)]
    return [f"{page.url}: {fault}" for fault in faults]


async def check_wide(page: Page) -> list[str]:
    """All faults of a page on a wide screen, in light colours and in dark ones."""
    await page.set_viewport_size(WIDE)
    await page.emulate_media(color_scheme="light")
    faults = await judge(page) + await check_drawings(page) + await _frame(page)
    await page.emulate_media(color_scheme="dark")
    faults += [f"dark: {fault}" for fault in await judge_colours(page)]
    faults += await check_drawings(page)
    await page.emulate_media(color_scheme="light")
    return faults


async def check_layouts(page: Page) -> list[str]:
    """What is wrong because of how wide the words are, on a narrow page and on a wide one."""
    faults = [f"narrow: {one}" for one in await check_layout(page)]
    await page.set_viewport_size(WIDE)
    return faults + await check_layout(page)


async def check_drawings(page: Page) -> list[str]:
    """Words in drawings that are hard to read."""
    return [f"in a drawing: {word}" for word in await call(page, "faintDrawings")]


async def _frame(page: Page) -> list[str]:
    headings = await page.locator("h1").count()
    title = await page.title()
    return [
        *([f"{headings} headings of the first level"] if headings != 1 else []),
        *([f"no title of its own: {title!r}"] if not title.removesuffix(" · IdeaHub") else []),
    ]


async def sideways(page: Page) -> list[str]:
    """What sticks out of a page that has to be scrolled sideways."""
    wide = await call(page, "sideways")
    return [f"it has to be scrolled sideways: {wide}"] if wide else []
