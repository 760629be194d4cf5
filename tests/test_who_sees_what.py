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
from ideahub.organisations.models import Person
from ideahub.realtime.admission import _open
from tests.conftest import Browse, Browser
from tests.support.cast import Cast, make_campaign, viewer_of
from tests.support.every_role import Everyone, make_everyone
from tests.support.judged_things import JUDGED, judged_internally
from tests.support.moderation_deeds import MODERATORS
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
ROOMS = {
    "idea_id": ("idea", "supporters", "letters"),
    "campaign_id": ("campaign", "phases"),
    "summary_id": ("you-said",),
}
# Pages of what is secret that not everyone finds who may know of it, by how they begin.
OF_SOME = {
    "/summaries/": OVERSEERS,
    "/moderation/cases/": MODERATORS,
    "/moderation/appeals/": MODERATORS,
    "/moderation/decisions/": MODERATORS | {"author"},
}
PAGES_OF_PANELS = (
    *("", "/assignment", "/criteria", "/judges/{judge_id}", "/judges/{judge_id}/names"),
    *("/samples", "/settings"),
)
PAGES_OF_RESULTS = (
    *(
        "/advancements",
        "/answers",
        "/answers/{answer_id}",
        "/appeals",
        "/awards",
        "/exports",
        "/exports/{file_name}",
    ),
    *("/letters", "/publication", "/readings", "/rule", "/runs/{number}"),
)
# Of those who manage a challenge, by its number.
OF_MANAGERS = {"entries", "judging", "results"}
# Who enters the rooms of judging, and by which number they are called.
OF_JUDGING = {
    "entry": ("entry_id", OVERSEERS | {"captain"}),
    "judges": ("campaign_id", {"juror"}),
    "deliberation": ("panel_id", OVERSEERS | {"juror"}),
}
# Whose pages of a challenge that was judged open, by how their addresses begin.
JUDGED_PAGES = {
    "/challenges/": KNOWS[DEPARTMENT],
    "/management/": OVERSEERS,
    # Judges read those that they are shown, tried in judging/test_files_of_entries.py.
    "/entries/files/": OVERSEERS | {"captain"},
    "/entries/": OVERSEERS | {"captain"},
    "/judging/": {"juror"},
    "/assignments/": {"juror"},
    "/deliberation/": OVERSEERS | {"juror"},
}
# What even those who may know of it do not find: boxes have no phases to plan, no rules or prizes,
# no entries and no panels, and documents no small picture.
NOT_THERE = {
    # There only where a campaign has opened it; its rules have tests of their own.
    *("/safe-space/{campaign_id}", "/safe-space/{campaign_id}/people/new"),
    *("/safe-space/{campaign_id}/own-name", "/safe-space/{campaign_id}/own-name/ideas/new"),
    "/ideas/{idea_id}/safe-space",
    # Only what many have sent has such a page.
    "/contributions/{contribution_id}/letters",
    # Its author's alone.
    "/moderation/own-texts/{kind}/{text_id}",
    "/challenges/{campaign_id}/entries/new",
    "/challenges/{campaign_id}/results",
    # These tokens are of files of ideas.
    *("/entries/files/{token}", "/entries/files/{token}/neutral"),
    "/judging/{panel_id}",
    "/judging/{panel_id}/samples/{sample_id}",
    "/management/{campaign_id}/form",
    "/management/{campaign_id}/entries",
    "/management/{campaign_id}/entries/new",
    "/management/{campaign_id}/judging/new",
    "/management/{campaign_id}/judging",
    "/management/{campaign_id}/results",
    *(f"/management/{{campaign_id}}/judging/{{panel_id}}{page}" for page in PAGES_OF_PANELS),
    *(f"/management/{{campaign_id}}/results/{{panel_id}}{page}" for page in PAGES_OF_RESULTS),
    "/attachments/{token}/small",
    # Only where many sent nearly the same text.
    "/ideas/{idea_id}/letters",
    "/ideas/{idea_id}/letters/difference",
    "/challenges/{campaign_id}/calendar.ics",
    # Drafts, and what nobody summed up, have no summary.
    *(
        f"/{lists}/{{campaign_id}}/you-said{version}"
        for lists in ("challenges", "idea-boxes")
        for version in ("", "/versions/{number}")
    ),
    "/challenges/{campaign_id}/rules",
    "/challenges/{campaign_id}/rules/{number}",
    "/challenges/{campaign_id}/vote",
    "/challenges/{campaign_id}/vote/{file_name}",
    "/management/{campaign_id}/vote",
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
            may = name in KNOWS[mark] & _finders(path, KNOWS[mark])
            assert silent is not may or (may and path in NOT_THERE), (name, address, to)
            assert may or mark not in answer.text, (name, address)
            tried += 1
    assert tried >= len(world.browsers) * (5 if mark == DRAFT else 15)


def _finders(path: str, knows: set[str]) -> set[str]:
    return next((who for begins, who in OF_SOME.items() if path.startswith(begins)), knows)


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


async def _with_judged(world: World, cast: Cast, browse: Browse) -> World:
    """The world with a challenge of the department's that was judged, a captain of an entry, and
    one of the judges."""
    made = await judged_internally(world.db, cast, world.things)
    juror = await world.db.get_one(Person, made.judges[0].person_id)
    more = {"captain": made.captains[0], "juror": juror}
    # Their own name stands on every page of theirs.
    made.captains[0].name = "Captain Here"
    world.everyone.people.update(more)
    await world.db.commit()
    world.browsers.update({name: await browse(person) for name, person in more.items()})
    return world


@pytest.mark.slow
async def test_pages_of_judging_open_for_those_who_may_know(
    world: World, app: Litestar, cast: Cast, browse: Browse
) -> None:
    await _with_judged(world, cast, browse)
    opened: set[tuple[str, str]] = set()
    for path, address in addresses(world, app, JUDGED):
        begins = next((one for one in JUDGED_PAGES if path.startswith(one)), None)
        if begins is None:
            # Of accounts, and of files of ideas: tried above.
            continue
        for name, browser in world.browsers.items():
            answer = await browser.get(address)
            assert answer.status_code < 500, (name, address)
            if name in JUDGED_PAGES[begins]:
                opened |= {(begins, name)} if answer.status_code == 200 else set()
                continue
            to = answer.headers.get("location", "")
            known = {403} if name in KNOWS[DEPARTMENT] and begins == "/management/" else set()
            silent = answer.status_code in {404} | known or to.startswith("/sign-in")
            assert silent, (name, address, answer.status_code)
            assert JUDGED not in answer.text, (name, address)
    # Of what belongs together each opened something.
    for begins, may in JUDGED_PAGES.items():
        assert {name for at, name in opened if at == begins} == may, begins


@pytest.mark.slow
async def test_sockets_of_judging_open_for_those_who_may_know(
    world: World, cast: Cast, browse: Browse
) -> None:
    await _with_judged(world, cast, browse)
    tried = dict.fromkeys(OF_MANAGERS, ("campaign_id", OVERSEERS)) | OF_JUDGING
    for name in world.browsers:
        viewer = await viewer_of(world.db, world.everyone.who(name))
        for what, (kind, may) in tried.items():
            room = f"{what}:{world.numbers(JUDGED, kind)}"
            opened = set(await _open(world.db, viewer, (room, "ideas"), rooms()))
            assert (room in opened) is (name in may), (name, room)


def test_no_kind_of_room_is_forgotten() -> None:
    """Of one that names something by number, ROOMS says who may enter."""
    numbered = {room for some in ROOMS.values() for room in some}
    # Of managers only, tried in questions/test_watching_answers.py and below.
    managers = {"asked", *OF_MANAGERS}
    # Of one person, of judges who have finished, of admins and of those who decide on an idea or
    # answer it, tried with their features.
    alone = {"notifications", "peers", "reviews", "moderation", "case"}
    not_secret = {"host", "person", "own", "staff", "campaigns", "ideas", "board", "home"}
    assert set(rooms()) == numbered | not_secret | managers | alone | OF_JUDGING.keys()


async def test_nobody_else_enters_a_person_s_own_room(world: World) -> None:
    ids = {name: await viewer_of(world.db, world.everyone.who(name)) for name in world.browsers}
    for name, viewer in ids.items():
        for other in ids.values():
            if other.id is not None:
                opened = set(await _open(world.db, viewer, (f"own:{other.id}",), rooms()))
                assert bool(opened) is (viewer.id == other.id), (name, other.id)
