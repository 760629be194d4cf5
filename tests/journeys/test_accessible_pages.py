"""Every page that can be reached, as everyone sees it, light and dark, wide and narrow."""

import asyncio
from collections import defaultdict

import pytest
from playwright.async_api import BrowserContext
from sqlalchemy import func, select

from ideahub.campaigns.models import Campaign
from ideahub.ideas.models import Idea
from ideahub.organisations.models import Person
from tests.journeys.browsing import Stage, Tab
from tests.journeys.checking import axe_source, check_page, judge
from tests.journeys.crawling import Looks, crawl, shape

# Strangers first: of later ones only what looks different is opened in the browser.
ROLES = ("", "Ada Brandt", "Ben Okafor", "Greta Lindqvist", "Ines Moreau", "Lena Fischer")
ALSO = ("/ideas?q=nothing+like+that", "/gallery", "/nothing/here", "/manage", "/people")
AT_ONCE = 3
seen: dict[str, set[str]] = defaultdict(set)


@pytest.mark.parametrize("name", ROLES, ids=lambda name: name.split()[0] if name else "stranger")
async def test_every_page_as_seen_by(name: str, visit: Stage) -> None:
    person = await find_person(visit, name)
    context = await visit.context(person)
    pages = await look_around(visit, context)
    paths = [path for path, text in pages.items() if is_new(path, text)]
    queue = iter(paths)
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


async def find_person(visit: Stage, name: str) -> Person | None:
    """Somebody of the demonstration."""
    async with visit.served.database.reading() as db:
        return await db.scalar(select(Person).where(Person.name == name)) if name else None


async def look_around(visit: Stage, context: BrowserContext) -> dict[str, str]:
    """The pages that this browser's person finds."""
    cookies = {one.get("name", ""): one.get("value", "") for one in await context.cookies()}
    async with visit.served.client(cookies=cookies) as client:
        return await crawl(client, ["/", *await starts(visit), *ALSO])


async def starts(visit: Stage) -> list[str]:
    """An idea of every stage, and every challenge and idea box."""
    async with visit.served.database.reading() as db:
        ideas = await db.scalars(select(func.min(Idea.id)).group_by(Idea.stage))
        campaigns = await db.scalars(select(Campaign).order_by(Campaign.id))
        return [*(f"/ideas/{one}" for one in ideas), *(one.url for one in campaigns)]


def is_new(path: str, text: str) -> bool:
    """Whether there is something on the page that no page of its kind has had before."""
    known, made_of = seen[shape(path)], Looks(text).made_of
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
        faults += await check_page(tab.page)
    return faults
