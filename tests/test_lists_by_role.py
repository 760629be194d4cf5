"""Lists, searches and counts tell of what is secret exactly those who may know of it.

Everyone asks every list for it: by its words, tag, stage, author, place. Who may know is written
down here, by the product's rules, and not asked of the code.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.http.pages import NOTICE_COOKIE
from ideahub.ideas.browsing import IdeaOrder
from ideahub.ideas.models import CoAuthor, Stage
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign
from tests.support.every_role import Everyone, make_everyone
from tests.support.private_things import (
    DRAFT,
    HER_BODY,
    HIDDEN,
    INTERNAL,
    LURE,
    UNDERCOVER,
    WITHDRAWN,
    Things,
    _draft,
    _hidden,
    _idea,
    _internal,
    _undercover,
    _withdrawn,
)

DEPARTMENT = "capybara"
OVERSEERS = {"manager", "admin", "admin everywhere"}
# Who may know. Whoever is not named here finds no trace, whatever they ask.
KNOWS = {
    # Internal to the city: its staff and that of all below it, and whoever manages it. A role
    # that does not manage, held by somebody from outside, opens nothing; nor does co-authorship.
    INTERNAL: {"staff", "staff below", "author", "co-author"} | OVERSEERS,
    # Internal to the department: not the staff above it.
    DEPARTMENT: {"staff below", "author"} | OVERSEERS,
    # A draft: whoever manages the organisation that will ask.
    DRAFT: OVERSEERS,
    # What was hidden or withdrawn stands in no list of ideas, for nobody; the promises made to
    # its author stand among the author's promises.
    HIDDEN: {"author"},
    WITHDRAWN: {"author"},
    # The name behind another name: those who look after her account.
    UNDERCOVER: {"admin", "admin everywhere"},
    # Which organisations there are: those who manage above.
    HER_BODY: OVERSEERS,
}
SECRETS = (INTERNAL, DEPARTMENT, DRAFT, HIDDEN, WITHDRAWN)
# Some who may know of none of these, each in another way.
IGNORANT = ("a stranger", "staff above", "co-author elsewhere", "moderator")
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass
class World:
    """The site before there was anything secret on it, and how to make that."""

    db: AsyncSession
    cast: Cast
    everyone: Everyone
    browsers: dict[str, Browser]
    things: Things
    public: Campaign

    async def make_secrets(self) -> None:
        """All of it: by Ada, with two co-authors."""
        db, cast = self.db, self.cast
        await _internal(db, cast, self.things)
        await _draft(db, cast, self.things)
        await _hidden(db, cast, self.public, self.things)
        await _withdrawn(db, cast, self.public, self.things)
        box = await make_campaign(
            db, cast.transport, audience=Audience.INTERNAL, title=f"A {LURE} {DEPARTMENT}"
        )
        self.things.add(DEPARTMENT, "campaign_id", box.id)
        idea = await _idea(db, box, cast.ada, DEPARTMENT)
        self.things.add(DEPARTMENT, "idea_id", idea.id)
        for mark in (INTERNAL, HIDDEN, WITHDRAWN, DEPARTMENT):
            for name in ("co-author", "co-author elsewhere"):
                number = int(self.things.numbers[mark]["idea_id"][0])
                db.add(CoAuthor(idea_id=number, person_id=self.everyone.people[name].id))
        await db.commit()


@pytest.fixture
async def world(db: AsyncSession, cast: Cast, browse: Browse) -> World:
    everyone, things = await make_everyone(db, cast), Things()
    public = await make_campaign(db, cast.city, allows_pseudonyms=True, title="Open to all")
    await _undercover(db, cast, public, things)
    await db.commit()
    browsers = {"a stranger": await browse(None)}
    for name, person in everyone.people.items():
        browsers[name] = await browse(person)
    return World(db, cast, everyone, browsers, things, public)


def addresses(world: World) -> Iterator[str]:
    """Every list, asked for what is secret in every way it can be asked."""
    yield from (
        "/",
        "/lessons",
        "/pledges",
        "/management",
        "/management/new",
        "/organisations",
        "/people",
    )
    yield from _of_ideas(world)
    for mark in (LURE, *SECRETS):
        yield f"/ideas/similar?title=The+{LURE}+{mark}"
        for kind in ("challenges", "idea-boxes"):
            yield f"/{kind}?q={mark}"
            yield f"/{kind}?topic={mark}+topic"
    organisations = (world.cast.city.id, world.cast.transport.id, world.everyone.parent.id)
    for number in organisations:
        yield f"/pipeline?organisation={number}"
        yield f"/challenges?organisation={number}&show=open"
        yield f"/idea-boxes?organisation={number}"
    yield from (f"/challenges?show={show}" for show in ("open", "coming", "judging", "closed"))
    yield from ("/pipeline", "/pipeline?stuck=1", "/lessons?before=999999", "/idea-boxes")
    yield from (f"/people?q={word}" for word in ("Wilhelmina", "undercover", "Ada"))


def _of_ideas(world: World) -> Iterator[str]:
    for order in IdeaOrder:
        yield f"/ideas?order={order}&q={LURE}"
    yield from (f"/ideas?stage={stage}&q={LURE}" for stage in (Stage.SPARK, Stage.CONCEPT))
    for mark in SECRETS:
        yield from (f"/ideas?q=%22{LURE}+{mark}%22", f"/ideas?tag={mark}+tag")
    for person in (world.cast.ada.id, world.things.undercover):
        yield from (f"/ideas?by={person}", f"/ideas?by={person}&q={LURE}&order=match")
    yield from ("/ideas/new", "/ideas?after=9999-12-31~1", f"/ideas?q=open+-{INTERNAL}")


def places(world: World) -> Iterator[str]:
    """Lists that are narrowed to something secret: 404 for whoever may not know of it."""
    for mark in (INTERNAL, DEPARTMENT, DRAFT):
        for number in world.things.numbers[mark]["campaign_id"]:
            yield f"/ideas?within={number}"
            yield f"/pipeline?in={number}"
            yield f"/ideas/new?within={number}"


@pytest.mark.slow
async def test_everyone_finds_what_they_may_know_of_and_nothing_else(world: World) -> None:
    """Nor does a count or an order change for those who may know of none of it: they are shown
    what they were shown before there was anything secret."""
    lists = list(addresses(world))
    before = {}
    for name in IGNORANT:
        async for address, answer in _walk(world.browsers[name], lists):
            before[name, address] = _shown(answer)
    await world.make_secrets()
    asked, found = 0, {mark: set[str]() for mark in KNOWS}
    for name, browser in world.browsers.items():
        async for address, answer in _walk(browser, [*lists, *places(world)]):
            assert answer.status_code in {200, 303, 403, 404}, (name, address)
            for mark in _told(answer, address, world.things):
                assert name in KNOWS[mark], f"{name} learns of {mark} at {address}"
                found[mark].add(name)
            if (name, address) in before:
                shown = before.pop((name, address))
                assert shown == _shown(answer), f"{name} is shown something else at {address}"
            asked += 1
    assert asked > 1_584
    assert not before, "what was looked at before was not looked at again"
    assert found == KNOWS


async def _walk(browser: Browser, asked: list[str]) -> AsyncIterator[tuple[str, httpx.Response]]:
    """Each address and its answer; a notice from before the first is forgotten."""
    browser.client.cookies.pop(NOTICE_COOKIE, None)
    for address in asked:
        yield address, await browser.get(address, headers=HTMX if "similar" in address else {})


def _told(answer: httpx.Response, address: str, things: Things) -> set[str]:
    """Whose words, or whose address, stand in the answer; what was asked is no answer."""
    said = answer.text
    links = set(re.findall(r"/(ideas|challenges|idea-boxes|manage)/(\d+)", said))
    ideas = {number for kind, number in links if kind == "ideas"}
    campaigns = {number for kind, number in links if kind != "ideas"}
    for _name, value in httpx.URL(address).params.multi_items():
        words = re.findall(r"\w+", value)
        # Between them blanks, however often they were coded: "+", "%20", "%2B", "%2520".
        said = re.sub(r"[\W025B]{0,9}".join(words), "", said) if words else said
    told = {mark for mark in KNOWS if mark in said}
    for mark in SECRETS:
        numbers = things.numbers[mark]
        own = ideas & {str(one) for one in numbers.get("idea_id", ())}
        own |= campaigns & {str(one) for one in numbers.get("campaign_id", ())}
        told |= {mark} if own else set()
    return told


def _shown(answer: httpx.Response) -> tuple[int, str]:
    # What differs from one second to the next.
    moving = r"<time.*?</time>|cursor=\d+"
    return answer.status_code, re.sub(moving, "", answer.text, flags=re.DOTALL)
