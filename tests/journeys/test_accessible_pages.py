"""Every page that can be reached, as everyone sees it, light and dark, wide and narrow."""

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.browsing import Stage
from tests.journeys.checking import (
    NARROW,
    check_layouts,
    check_more_of,
    check_page,
    judge,
    judge_colours,
)
from tests.journeys.looking_around import ROLES, Found, check_each, find_person
from tests.journeys.typefaces import FAMILIES, Copier, installed
from tests.support.effort import THOROUGH


@pytest.mark.parametrize("name", ROLES, ids=lambda name: name.split()[0] if name else "stranger")
async def test_every_page_as_seen_by(
    name: str, visit: Stage, new_pages: dict[str, list[Found]]
) -> None:
    context = await visit.context(await find_person(visit.served, name))

    async def check(page: Page, found: Found) -> list[str]:
        if found.is_first_of_kind or THOROUGH:
            return await check_page(page, visit.other_fonts)
        return await check_more_of(page)

    faults = await check_each(context, new_pages[name], check)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("style", "over", "faults"),
    [
        ("color: #222", "left: 0; width: 4px", 0),  # an edge is touched, and every word is read
        ("color: #bbb", "left: 0; width: 4px", 1),  # too faint
        ("color: #222", "left: 30px; width: 200px", 1),  # something lies over the words
        ("color: #222; background: linear-gradient(#fff, #222)", "left: 0; width: 4px", 1),
    ],
)
async def test_what_axe_cannot_judge_is_judged_here(
    visit: Stage, style: str, over: str, faults: int
) -> None:
    page = await (await visit.context(None)).new_page()
    await page.set_content(
        f"""<html lang="en"><title>A page</title><main>
        <h1>One</h1><div style="position: relative; width: 300px">
        <p style="{style}">Words of some length on a line.</p>
        <div style="position: absolute; background: #eee; height: 30px; top: 0; {over}"></div>
        </div></main></html>"""
    )
    assert len(await judge(page)) == faults
    await page.close()


async def test_what_is_faint_in_other_colours_is_found(visit: Stage) -> None:
    page = await (await visit.context(None, color_scheme="dark")).new_page()
    await page.set_content(
        """<html lang="en"><title>A page</title><style>
        @media (prefers-color-scheme: dark) {
          body { background: #222; color: #eee; } .faint { color: #555; }
        }</style><main><h1>One</h1><p>Two</p><p>Three</p><p class="faint">Four</p></main></html>"""
    )
    faults = await judge_colours(page)
    assert len(faults) == 1 and "faint" in faults[0], faults
    await page.emulate_media(color_scheme="light")
    assert not await judge_colours(page)
    await page.close()


@pytest.mark.parametrize(
    ("placed", "is_covered"),
    [
        ("left: 30px; width: 200px", True),
        ("left: 30px; width: 200px; transform: translateY(40px)", False),
        ("left: 30px; width: 200px; clip-path: inset(100%)", False),
    ],
)
async def test_words_under_something_are_found(visit: Stage, placed: str, is_covered: bool) -> None:
    page = await (await visit.context(None, viewport=NARROW)).new_page()
    await page.set_content(
        f"""<!doctype html><html lang="en"><title>A page</title><main><h1>One</h1>
        <div style="position: relative; margin-top: 200vh"><p>Words of some length on a line.</p>
        <div style="position: absolute; top: 0; height: 30px; background: #eee; {placed}"></div>
        </div></main></html>"""
    )
    found = await check_layouts(page)
    assert bool(found) == is_covered, found
    await page.close()


# Words that just have room in the narrower letters, and an edge that is reached by the wider.
TIGHT = """<!doctype html><html lang="en"><title>A page</title><main style="font: 16px sans-serif">
<h1>One</h1><p style="white-space: nowrap; width: max-content">{words}</p></main></html>"""


@pytest.mark.parametrize("family", FAMILIES)
async def test_pages_are_laid_out_in(family: str, typefaces: dict[str, Browser]) -> None:
    """Chromium really has these fonts only: what it wrote with is what it was given."""
    if family not in installed():
        pytest.skip(f"the fonts are not here ({FAMILIES[family][1]}): nothing is judged in them")
    page = await typefaces[family].new_page()
    await page.set_content(TIGHT.format(words="Illi mille"))
    session = await page.context.new_cdp_session(page)
    await session.send("DOM.enable")
    await session.send("CSS.enable")
    root = await session.send("DOM.getDocument")
    where = {"nodeId": root["root"]["nodeId"], "selector": "p"}
    node = await session.send("DOM.querySelector", where)
    used = await session.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})
    assert {font["familyName"].split()[0].lower() for font in used["fonts"]} == {family}
    await page.close()


async def test_what_only_fits_in_some_letters_is_found(
    visit: Stage, typefaces: dict[str, Browser]
) -> None:
    if len(typefaces) < 2:
        pytest.skip("only one family of fonts is here")
    page = await (await visit.context(None, viewport=NARROW)).new_page()
    await page.goto("/sign-in")
    await page.set_content(TIGHT.format(words="m" * 22))
    visit.faults_in(page).clear()  # the page's styles are refused here, and not in its copies
    found = {}
    for family, browser in typefaces.items():
        async with Copier(browser).copied(page) as copy:
            found[family] = await check_layouts(copy)
    assert found["dejavu"] and not found["liberation"], found
    await page.close()
