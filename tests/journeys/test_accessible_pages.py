"""Every page that can be reached, as everyone sees it, light and dark, wide and narrow."""

import asyncio
from collections import defaultdict

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext
from sqlalchemy import func, select

from ideahub.app import guarded
from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person
from tests.journeys.browsing import Stage, Tab
from tests.journeys.checking import NARROW, axe_source, check_layout, check_page, judge
from tests.journeys.typefaces import FAMILIES, copied, installed
from tests.support.following_links import Looks, crawl, shape
from tests.support.serving import Served

# Strangers first: of later ones only what looks different is opened in the browser.
ROLES = ("", "Ada Brandt", "Ben Okafor", "Greta Lindqvist", "Ines Moreau", "Lena Fischer")
ALSO = ("/ideas?q=nothing+like+that", "/gallery", "/nothing/here", "/manage", "/people")
AT_ONCE = 3


@pytest.fixture(scope="session")
async def new_pages(demo: Served) -> dict[str, list[str]]:
    """Person → the pages with something on them that nobody has seen before on such a page."""
    seen: dict[str, set[str]] = defaultdict(set)
    found = {}
    for name in ROLES:
        pages = await look_around(demo, await find_person(demo, name))
        found[name] = [path for path, text in pages.items() if is_new(seen[shape(path)], text)]
    return found


@pytest.mark.parametrize("name", ROLES, ids=lambda name: name.split()[0] if name else "stranger")
async def test_every_page_as_seen_by(
    name: str, visit: Stage, new_pages: dict[str, list[str]]
) -> None:
    context = await visit.context(await find_person(visit.served, name))
    queue = iter(new_pages[name])
    faults = await asyncio.gather(*(work(visit, context, queue) for _one in range(AT_ONCE)))
    assert not any(faults), "\n".join(one for some in faults for one in some)


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
    await page.evaluate(axe_source())
    assert len(await judge(page, rules=["color-contrast"])) == faults
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
    found = {}
    for family, browser in typefaces.items():
        async with copied(page, browser) as copy:
            found[family] = await check_layout(copy)
    assert found["dejavu"] and not found["liberation"], found
    await page.close()


async def find_person(demo: Served, name: str) -> Person | None:
    """Somebody of the demonstration."""
    async with demo.database.reading() as db:
        return await db.scalar(select(Person).where(Person.name == name)) if name else None


async def look_around(demo: Served, person: Person | None) -> dict[str, str]:
    """The pages that this person finds."""
    cookies = {"ideahub": await demo.sign_in(person)} if person else {}
    served = httpx.ASGITransport(app=guarded(demo.app, demo.config))  # type: ignore[arg-type]
    url = demo.config.public_url
    async with httpx.AsyncClient(transport=served, base_url=url, cookies=cookies) as client:
        return await crawl(client, ["/", *await starts(demo), *ALSO])


async def starts(demo: Served) -> list[str]:
    """An idea of every stage, and every challenge and idea box."""
    async with demo.database.reading() as db:
        ideas = await db.scalars(select(func.min(Idea.id)).group_by(Idea.stage))
        campaigns = await db.scalars(select(Campaign).order_by(Campaign.id))
        return [*(f"/ideas/{one}" for one in ideas), *(one.url for one in campaigns)]


def is_new(known: set[str], text: str) -> bool:
    """Whether there is something on the page that is not known yet; now it is."""
    made_of = Looks(text).made_of
    new = made_of - known
    known |= made_of
    return bool(new)


async def work(visit: Stage, context: BrowserContext, queue: object) -> list[str]:
    """Checks one page after the other, in a tab of its own."""
    tab = Tab(await context.new_page())
    visit.tabs.append(tab)
    faults = []
    for path in queue:  # type: ignore[attr-defined]
        await tab.page.goto(path)
        faults += await check_page(tab.page, visit.other_fonts)
    return faults
