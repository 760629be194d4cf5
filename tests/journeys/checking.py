"""What every page is checked for: axe-core's rules, its width, its heading and its title."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.typefaces import copied

AXE = Path(__file__).parents[2] / "web/assets/node_modules/axe-core/axe.min.js"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
# Rules of axe-core whose answer depends on where words are.
LAID_OUT = ["color-contrast", "target-size"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# WCAG's formula, for what axe-core cannot judge: words on the colour of the box they lie in.
CONTRAST = """
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map((byte) => byte / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    const style = getComputedStyle(node);
    if (style.backgroundImage !== "none" || style.opacity !== "1") return null;
    const clear = style.backgroundColor === "rgba(0, 0, 0, 0)" && node.parentElement;
    return clear ? behind(node.parentElement) : style.backgroundColor;
  };
  const contrast = (colour, node) => {
    const back = behind(node);
    const [dark, bright] = [light(colour), light(back ?? colour)].sort((a, b) => a - b);
    return back ? (bright + 0.05) / (dark + 0.05) : 0;
  };
  // Whether the middle of each of its lines is what one sees there.
  const isOnTop = (node) => [...node.getClientRects()].filter(({ width }) => width > 2)
    .every(({ left, top, width, height }) => {
      const seen = document.elementFromPoint(left + width / 2, top + height / 2);
      return seen && (node.contains(seen) || seen.contains(node));
    });
"""
RUN = f"""async ([rules, within]) => {{ {CONTRAST}
  document.querySelectorAll("details.fold").forEach((fold) => {{ fold.open = true; }});
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const options = {{ resultTypes: ["violations", "incomplete"] }};
  if (rules) options.runOnly = rules;
  const found = await axe.run(within ?? document, options);
  // What is half under a sticky bar, or cut off by a box that scrolls, is judged in full view.
  for (const {{ id, nodes }} of found.incomplete) {{
    for (const node of nodes.filter(({{ target }}) => target.length === 1)) {{
      const element = document.querySelector(node.target[0]);
      element.scrollIntoView({{ block: "center", inline: "center" }});
      const alone = await axe.run(node.target[0], {{ ...options, runOnly: [id] }});
      node.settled = !alone.incomplete.length;
      found.violations.push(...alone.violations);
      // Words that wrap: each line is a box, and axe-core takes one for what lies behind another.
      if (id === "color-contrast" && !node.settled && !element.closest("svg")) {{
        const colour = getComputedStyle(element).color;
        node.settled = isOnTop(element) && contrast(colour, element) >= 4.5;
      }}
    }}
  }}
  scrollTo(0, 0);
  const brief = (list) => list.flatMap(({{ id, nodes }}) => nodes.filter((node) => !node.settled)
    .map((node) => ({{
      rule: id, where: node.target.join(" "), html: node.html.slice(0, 160),
      why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
    }})));
  return {{ violations: brief(found.violations), incomplete: brief(found.incomplete) }};
}}"""


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


DRAWINGS = f"""() => {{ {CONTRAST}
  return [...document.querySelectorAll("svg text, svg tspan")].flatMap((word) => {{
    const ratio = contrast(getComputedStyle(word).fill, word);
    return ratio < 4.5 ? [`${{word.textContent.trim()}}: contrast ${{ratio.toFixed(2)}}`] : [];
  }});
}}"""


@cache
def axe_source() -> str:
    """The script of axe-core; skips where the assets were not built here."""
    if not AXE.is_file():
        pytest.skip("axe-core is not here; `make assets` brings it")
    return AXE.read_text()


async def judge(
    page: Page, *, rules: list[str] | None = None, within: str | None = None
) -> list[str]:
    """What axe-core finds, and what it cannot judge and nobody has explained."""
    found: dict[str, list[dict[str, Any]]] = await page.evaluate(RUN, [rules, within])
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


async def check_page(page: Page, other_fonts: dict[str, Browser]) -> list[str]:
    """All faults of the page that is open, wide and narrow, light and dark.

    In other fonts it is only laid out once more: nothing lies over words, nothing sticks out.
    """
    await page.evaluate(axe_source())
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    await page.emulate_media(color_scheme="light")
    faults = await judge(page) + await check_drawings(page) + await _frame(page)
    await page.emulate_media(color_scheme="dark")
    faults += [f"dark: {one}" for one in await judge(page, rules=["color-contrast"])]
    faults += await check_drawings(page)
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    faults += [f"narrow: {one}" for one in await judge(page)]
    faults += [f"narrow: {one}" for one in await sideways(page)]
    for family, browser in other_fonts.items():
        async with copied(page, browser) as copy:
            faults += [f"in {family}: {one}" for one in await check_layout(copy)]
    return [f"{page.url}: {one}" for one in faults]


async def check_layout(page: Page) -> list[str]:
    """What is wrong with the page because of how wide its words are."""
    await page.evaluate(axe_source())
    faults = [f"narrow: {one}" for one in await judge(page, rules=LAID_OUT)]
    faults += [f"narrow: {one}" for one in await sideways(page)]
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return faults + await judge(page, rules=LAID_OUT)


async def check_drawings(page: Page) -> list[str]:
    """Words in drawings that are hard to read."""
    faint: list[str] = await page.evaluate(DRAWINGS)
    return [f"in a drawing: {one}" for one in faint]


async def _frame(page: Page) -> list[str]:
    headings = await page.locator("h1").count()
    title = await page.title()
    return [
        *([f"{headings} headings of the first level"] if headings != 1 else []),
        *([f"no title of its own: {title!r}"] if not title.removesuffix(" · IdeaHub") else []),
    ]


async def sideways(page: Page) -> list[str]:
    """What sticks out of a page that has to be scrolled sideways."""
    wide: list[str] = await page.evaluate(
        """async () => {
          await document.fonts.ready;
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const room = document.documentElement.clientWidth;
          if (document.scrollingElement.scrollWidth <= room) return [];
          const out = [...document.body.querySelectorAll("*")].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.width && (box.right > room + 1 || box.left < -1);
          });
          return out.slice(0, 5).map((one) => one.tagName + "." + one.className);
        }"""
    )
    return [f"it has to be scrolled sideways: {wide}"] if wide else []
