"""Which pages the people of the demonstration find, what is new on them, and checking each."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx
from playwright.async_api import BrowserContext, Page
from sqlalchemy import func, select

from ideahub.app import guarded
from ideahub.campaigns.models import Campaign
from ideahub.entries.models import EntryMember
from ideahub.ideas.models import Idea
from ideahub.judging.models import Panel
from ideahub.organisations.models import Person
from tests.support.following_links import Looks, crawl, shape
from tests.support.serving import Served

ROLES = (
    "",
    "Ada Brandt",
    "Ben Okafor",
    "Greta Lindqvist",
    "Ines Moreau",
    "Jonas Weber",
    "Lena Fischer",
    "Kofi Mensah",
    "Farid Haddad",
)
# Named alike in all processes, which share the addresses of pages; others are named by chance.
LETTER = "1764000000000000000-0123abcd"
ALSO = (
    "/ideas?q=nothing+like+that",
    "/gallery",
    "/nothing/here",
    "/management",
    "/people",
    f"/development/mail/{LETTER}",
)
# Tabs that work side by side.
AT_ONCE = 3


async def find_person(demo: Served, name: str) -> Person | None:
    """Somebody of the demonstration."""
    async with demo.database.reading() as db:
        return await db.scalar(select(Person).where(Person.name == name)) if name else None


async def look_around(demo: Served, person: Person | None) -> dict[str, str]:
    """The pages that this person finds."""
    async with client_of(demo, person) as client:
        judged = await judged_starts(demo, person)
        return await crawl(client, ["/", *judged, *await starts(demo), *ALSO])


@asynccontextmanager
async def client_of(demo: Served, person: Person | None) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the application itself, signed in as this person."""
    cookies = {"ideahub": await demo.sign_in(person)} if person else {}
    served = httpx.ASGITransport(app=guarded(demo.app, demo.config))  # type: ignore[arg-type]
    url = demo.config.public_url
    async with httpx.AsyncClient(transport=served, base_url=url, cookies=cookies) as client:
        yield client


async def starts(demo: Served) -> list[str]:
    """An idea of every stage, and every challenge and idea box."""
    async with demo.database.reading() as db:
        ideas = await db.scalars(select(func.min(Idea.id)).group_by(Idea.stage))
        campaigns = await db.scalars(select(Campaign).order_by(Campaign.id))
        return [*(f"/ideas/{one}" for one in ideas), *(one.url for one in campaigns)]


async def judged_starts(demo: Served, person: Person | None) -> list[str]:
    """Where entries are handed in, judged and answered, the challenge that got furthest first."""
    if person is None:
        return []
    async with demo.database.reading() as db:
        judged = await db.scalars(select(Panel).order_by(Panel.id.desc()))
        entered = select(EntryMember.entry_id).where(EntryMember.person_id == person.id)
        own = await db.scalars(entered.order_by(EntryMember.entry_id.desc()))
        parts = [
            f"/management/{panel.campaign_id}{part}"
            for panel in judged
            for part in ("", "/entries", "/judging", f"/judging/{panel.id}", "/results")
        ]
        return [*parts, *(f"/entries/{one}" for one in own)]


class Found(NamedTuple):
    """A page with something on it that is not on the others of its kind."""

    path: str
    is_first_of_kind: bool


class Seen(NamedTuple):
    """A page as somebody sees it, and the kinds of elements it is made of."""

    name: str
    path: str
    made_of: set[str]


async def find_new_pages(demo: Served) -> dict[str, list[Found]]:
    """Person → the pages that together show every kind of element that is on pages of a kind."""
    kinds: dict[str, list[Seen]] = defaultdict(list)
    for name in ROLES:
        found = await look_around(demo, await find_person(demo, name))
        for path, text in found.items():
            kinds[shape(path)].append(Seen(name, path, Looks(text).made_of))
    pages: dict[str, list[Found]] = {name: [] for name in ROLES}
    for kind in kinds.values():
        for number, seen in enumerate(fewest(kind)):
            pages[seen.name].append(Found(seen.path, is_first_of_kind=number == 0))
    return pages


def fewest(pages: list[Seen]) -> list[Seen]:
    """Some of these pages, beginning with the richest, on which is all that is on any of them."""
    missing = set[str]().union(*(page.made_of for page in pages))
    chosen: list[Seen] = []
    while missing or not chosen:
        richest = max(pages, key=lambda page: len(page.made_of & missing))
        chosen.append(richest)
        missing -= richest.made_of
    return chosen


async def check_each(
    context: BrowserContext,
    pages: Iterable[Found],
    check: Callable[[Page, Found], Awaitable[list[str]]],
) -> list[str]:
    """The faults that `check` finds on these pages, each opened in one of a few tabs."""
    queue = iter(pages)

    async def work() -> list[str]:
        page = await context.new_page()
        faults = []
        for found in queue:
            await page.goto(found.path)
            faults += await check(page, found)
        return faults

    found = await asyncio.gather(*(work() for _tab in range(AT_ONCE)))
    return [fault for faults in found for fault in faults]
