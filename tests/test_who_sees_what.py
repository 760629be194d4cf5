"""Everyone of every role at every address and socket of what is secret: opened by those who may
know of it, and for all others as if it were not there.

Who may is written down here, by the product's rules, and not asked of the code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.app import rooms
from ideahub.campaigns.models import Audience, Campaign
from ideahub.http.kept_pages import KeptPage, KeptPages
from ideahub.ideas.models import CoAuthor
from ideahub.realtime.admission import _open
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, viewer_of
from tests.support.every_role import Everyone, make_everyone
from tests.support.private_things import (
    DRAFT,
    HIDDEN,
    INTERNAL,
    WITHDRAWN,
    Things,
    _draft,
    _filled,
    _hidden,
    _idea,
    _internal,
    _withdrawn,
)
from tests.test_visibility import PLAIN, routes

DEPARTMENT = "capybara"
OVERSEERS = {"manager", "admin", "admin everywhere"}
KNOWS = {
    # Internal to the city: its staff and that of all below it, and whoever manages it.
    INTERNAL: {"staff", "staff below", "author", "co-author"} | OVERSEERS,
    # Internal to the department: not the staff above it.
    DEPARTMENT: {"staff below", "author"} | OVERSEERS,
    DRAFT: OVERSEERS,
    # Who wrote it, and those who look after what people write.
    HIDDEN: {"author", "moderator", "admin", "admin everywhere"},
    WITHDRAWN: {"author"},
}
ROOMS = {"idea_id": ("idea", "supporters"), "campaign_id": ("campaign", "phases")}
# What even those who may know of it do not find: boxes have no phases to plan and no rules or
# prizes, and documents no small picture.
NOT_THERE = {
    "/attachments/{token}/small",
    "/challenges/{campaign_id}/calendar.ics",
    "/challenges/{campaign_id}/rules",
    "/challenges/{campaign_id}/rules/{number}",
    "/management/{campaign_id}/phases",
    *(f"/management/{{campaign_id}}/{key}" for key in ("rules", "prizes", "eligibility")),
    *(f"/management/{{campaign_id}}/{key}" for key in ("partners", "documents")),
}


@dataclass
class World:
    """All that is secret, and everyone's browser."""

    db: AsyncSession
    everyone: Everyone
    browsers: dict[str, Browser]
    things: Things

    def numbers(self, mark: str, name: str) -> int | str:
        """The first of these of this mark."""
        return self.things.numbers[mark][name][0]


@pytest.fixture
async def world(db: AsyncSession, cast: Cast, browse: Browse) -> World:
    everyone, things = await make_everyone(db, cast), Things()
    public = await make_campaign(db, cast.city, title="Open to all")
    await _internal(db, cast, things)
    await _draft(db, cast, things)
    await _hidden(db, cast, public, things)
    await _withdrawn(db, cast, public, things)
    box = await make_campaign(db, cast.transport, audience=Audience.INTERNAL, title=DEPARTMENT)
    things.add(DEPARTMENT, "campaign_id", box.id)
    await _fill_department(db, cast, things, box.id)
    for mark in (INTERNAL, HIDDEN, WITHDRAWN, DEPARTMENT):
        for name in ("co-author", "co-author elsewhere"):
            number = int(things.numbers[mark]["idea_id"][0])
            db.add(CoAuthor(idea_id=number, person_id=everyone.people[name].id))
    await db.commit()
    browsers = {"a stranger": await browse(None)}
    for name, person in everyone.people.items():
        browsers[name] = await browse(person)
    return World(db, everyone, browsers, things)


async def _fill_department(db: AsyncSession, cast: Cast, things: Things, box_id: int) -> None:
    # Those of the city who fill the others may not know of this one: people below it do.
    for one in (cast.ben, cast.sam):
        one.organisation_id = cast.transport.id
    await db.flush()
    idea = await _idea(db, await db.get_one(Campaign, box_id), cast.ada, DEPARTMENT)
    await _filled(db, cast, idea, DEPARTMENT, things)


def addresses(world: World, app: Litestar, mark: str) -> Iterator[tuple[str, str]]:
    """Each address that names something of this mark, with its route."""
    known = world.things.numbers[mark]
    for path, names in routes(app, "GET"):
        own = [name for name in names if name in known]
        if own and set(names) <= {*known, *PLAIN}:
            yield path, path.format(**PLAIN | {name: known[name][0] for name in own})


@pytest.mark.slow
async def test_every_address_opens_for_those_who_may_know(world: World, app: Litestar) -> None:
    for mark in KNOWS:
        await _opens_for_those_who_may_know(world, app, mark)


async def _opens_for_those_who_may_know(world: World, app: Litestar, mark: str) -> None:
    tried = 0
    for path, address in addresses(world, app, mark):
        for name, browser in world.browsers.items():
            answer = await browser.get(address)
            assert answer.status_code < 500, (name, address)
            to = answer.headers.get("location", "")
            silent = answer.status_code == 404 or to.startswith("/sign-in")
            may = name in KNOWS[mark]
            assert silent is not may or (may and path in NOT_THERE), (name, address, to)
            assert may or mark not in answer.text, (name, address)
            tried += 1
    assert tried >= len(world.browsers) * (5 if mark == DRAFT else 15)


@pytest.fixture
def remembering(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages and viewers are kept as if the hub had heard of every deed."""
    monkeypatch.setattr(app.state.hub, "is_current", lambda: True)
    app.state.hub._horizon = 1


@pytest.mark.slow
@pytest.mark.usefixtures("remembering")
async def test_what_is_kept_is_shown_to_nobody_who_may_not_know(
    world: World, app: Litestar
) -> None:
    """The second time all pages that may be kept are, for whoever asked before."""
    names = ("admin everywhere", "author", "staff", "citizen", "a stranger")
    few = replace(world, browsers={name: world.browsers[name] for name in names})
    for mark in (*KNOWS, *KNOWS):
        await _opens_for_those_who_may_know(few, app, mark)
    kept: KeptPages[KeptPage] = app.state.pages
    lists = ("/", "/ideas", "/challenges", "/idea-boxes", "/pipeline", "/lessons")
    for address in lists:
        # Those who see more ask first, and each twice.
        for name in (*names, *names):
            answer = await world.browsers[name].get(address)
            shown = {mark for mark in KNOWS if mark in answer.text}
            assert shown <= {mark for mark in KNOWS if name in KNOWS[mark]}, (name, address, shown)
    assert len(kept) >= len(lists)
    assert len(app.state.shared_pages) >= len(("admin", "staff")) * len(("/", "/ideas"))


@pytest.mark.slow
async def test_every_socket_opens_for_those_who_may_know(world: World) -> None:
    """Asked for by number, alone and among rooms that everybody may enter."""
    for mark, name in product(KNOWS, world.browsers):
        numbers = world.things.numbers[mark]
        viewer = await viewer_of(world.db, world.everyone.who(name))
        known = [(room, kind) for kind in ROOMS.keys() & numbers.keys() for room in ROOMS[kind]]
        for what, kind in known:
            # The box of an idea that was hidden or withdrawn is public.
            room = f"{what}:{numbers[kind][0]}"
            for asked in ((room,), ("ideas", room, "campaigns"), (f"{what}:0", room)):
                opened = set(await _open(world.db, viewer, asked, rooms()))
                assert (room in opened) is (name in KNOWS[mark]), (name, room)


def test_no_kind_of_room_is_forgotten() -> None:
    """Of one that names something by number, ROOMS says who may enter."""
    numbered = {room for some in ROOMS.values() for room in some}
    # Of managers only, tried in questions/test_watching_answers.py.
    managers = {"asked"}
    not_secret = {"person", "own", "staff", "campaigns", "ideas", "board", "home"}
    assert set(rooms()) == numbered | not_secret | managers


async def test_nobody_else_enters_a_person_s_own_room(world: World) -> None:
    ids = {name: await viewer_of(world.db, world.everyone.who(name)) for name in world.browsers}
    for name, viewer in ids.items():
        for other in ids.values():
            if other.id is not None:
                opened = set(await _open(world.db, viewer, (f"own:{other.id}",), rooms()))
                assert bool(opened) is (viewer.id == other.id), (name, other.id)
