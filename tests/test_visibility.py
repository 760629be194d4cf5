"""Who may not know of something finds no trace of it: on no page, in no list, count or socket.

Every address of the application is asked for, as the application itself lists them: a new
route is covered from its first day, and one with a new kind of parameter fails here until
somebody says which numbers it takes.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from sqlalchemy import select
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.accounts.sessions import begin_session
from ideahub.app import rooms, shows
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_campaign
from ideahub.core import kept_forms
from ideahub.core.config import Config
from ideahub.core.db import Database, rows_of
from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import HELD, Viewer, viewer_holds
from ideahub.http.pages import NOTICE_COOKIE
from ideahub.ideas.models import CoAuthor, Idea
from ideahub.ideas.queries import FIND
from ideahub.judging.models import Panel
from ideahub.organisations.models import Organisation, Person, RoleGrant
from ideahub.realtime.admission import _open
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage
from ideahub.you_said.models import OutcomeSummary
from tests.conftest import Browse, Browser, Counted
from tests.support.cast import Cast, viewer_of
from tests.support.fingerprints import fingerprints
from tests.support.judged_things import JUDGED, PEER, UNRELEASED
from tests.support.private_things import (
    BEHIND,
    DRAFT,
    ENTRY,
    HER_BODY,
    HIDDEN,
    INTERNAL,
    LURE,
    MARKS,
    SEALED,
    SEALED_NOTE,
    UNDERCOVER,
    WITHDRAWN,
    Things,
)
from tests.support.wiring import wired_app

# Of challenges that are judged. Cem has an entry in the one with UNRELEASED.
JUDGING = (JUDGED, PEER, UNRELEASED)
# Of people who take part without their name.
UNNAMED = (BEHIND, SEALED, SEALED_NOTE)
# What each person may not know of. A stranger has no name.
UNKNOWN: dict[str, tuple[str, ...]] = {
    "": MARKS,
    "cem": MARKS,
    "zed": MARKS,
    "ben": (DRAFT, HIDDEN, WITHDRAWN, ENTRY, UNDERCOVER, HER_BODY, *JUDGING, *UNNAMED),
    # She judges in the panel whose other judges gave PEER.
    "jo": (DRAFT, HIDDEN, WITHDRAWN, ENTRY, UNDERCOVER, HER_BODY, *JUDGING, *UNNAMED),
    "mo": (DRAFT, WITHDRAWN, ENTRY, UNDERCOVER, HER_BODY, *JUDGING, *UNNAMED),
    # Whoever manages the city knows which organisations are in it.
    "mia": (HIDDEN, WITHDRAWN, ENTRY, UNDERCOVER, PEER, BEHIND, SEALED_NOTE),
    # Admins look after accounts and organisations.
    "ann": (WITHDRAWN, ENTRY, PEER, SEALED_NOTE),
}
# Parameters that name no private thing, and a value for each.
PLAIN: dict[str, int | str] = {
    "section": "answers",
    "number": 1,
    "step": "basics",
    "template": "service-track",
    "name": "1234567890123-0123abcd",
    "form_name": "idea-new",
    "kept_id": 1,
    "kind": "idea",
    # Only an organisation's own managers find its templates of answers, tried elsewhere.
    "template_id": 1,
    # One's own, tried elsewhere.
    "passkey_id": 1,
    # Everyone reads each version of the rules of conduct.
    "version_id": 1,
    "notification_id": 1,
    "year": 2026,
    "quarter": 1,
    # Of a summary, which is found first.
    "omission_id": 1,
    # Everyone sees with whom one can sign in; only admins find the rest, tried elsewhere.
    "provider_id": 1,
    "group_id": 1,
    # Whoever has the signed link, tried in notifications/test_choosing_mail.py.
    "signature": "x" * 32,
    # Of a challenge or idea box, which is found first.
    "facilitator_id": 1,
    # Of an idea's answer, which is found first.
    "handover_id": 1,
    "answer_batch_id": 1,
    "batched_id": 1,
    "report_id": 1,
    # One's own, tried elsewhere.
    "stand_in_id": 1,
    # Of an entry, which is found first.
    "revision": 1,
    # Only its judges and managers find what belongs to a panel, tried in tests/judging.
    "panel_id": 1,
    "third_reading_id": 1,
    "judge_id": 1,
    "assignment_id": 1,
    "sample_id": 1,
    "file_name": "scores.csv",
    # Whoever has the link to an invitation knows of it; tried elsewhere.
    "secret": "x" * 32,
}
# A number or token that never was.
NOTHING: dict[str, int | str] = {"token": "x" * 32, "document_token": "x" * 32}
NEVER = 987_654_321
# More than a column can hold.
TOO_LARGE = 10**20
# Headers that count or digest the page, in which the address itself stands.
HEARD = re.compile(r"cursor=\d+")
KEPT = re.compile(r"(%2Fkept-forms%2F|ideahub_kept=)[\w-]+")
OF_ADDRESS = {"content-length", "etag"}
# Questions that lists are asked, to lure the private things out.
QUESTIONS: dict[str, list[str]] = {
    "/ideas": [
        *(f"?q={LURE}&order={order}" for order in ("match", "newest", "rising", "supported")),
        "?by={ada}",
        "?by={pia}",
        "?stage=spark",
        "?order=needs-a-build",
        "?order=needs-a-sponsor",
    ],
    "/ideas/similar": [f"?title=The%20{LURE}", f"?title={LURE}"],
    "/challenges": [f"?q={LURE}", "?show=coming", "?show=open", "?show=closed", "?show=unknown"],
    "/idea-boxes": [f"?q={LURE}", "?organisation={city}"],
    "/pipeline": ["?organisation={city}", "?stuck=1"],
    "/ideas/new": [],
}
# Forms without a number in their address that can name a private thing.
DEEDS = ("/ideas/new",)


@pytest.fixture
def app(config: Config, database: Database) -> Iterator[Litestar]:
    """With the demo's routes, too."""
    with wired_app(replace(config, demo=True), database) as app:
        yield app


@pytest.fixture
async def things(things: Things, db: AsyncSession, cast: Cast) -> Things:
    """Everything private, and accounts."""
    await begin_session(db, cast.ada.id)
    for name, table, own in (
        ("person_id", Person, Person.id.in_([cast.ada.id, things.undercover])),
        ("grant_id", RoleGrant, RoleGrant.person_id == things.undercover),
        ("organisation_id", Organisation, Organisation.mail_domain.is_not(None)),
        ("session_id", Session, Session.person_id == cast.ada.id),
    ):
        for number in await db.scalars(select(table.id).where(own)):
            things.add("an account", name, number)
    # What she posted under another name must not lead to her page.
    things.add(UNDERCOVER, "profile_id", things.undercover)
    await db.commit()
    return things


# Those who may know least; the others' turn comes with all tests.
FIRST = {"", "cem"}
VISITORS = [
    pytest.param(who, id=who or "a stranger", marks=() if who in FIRST else pytest.mark.slow)
    for who in UNKNOWN
]


@pytest.fixture(params=VISITORS)
async def visitor(
    request: pytest.FixtureRequest, cast: Cast, things: Things, browse: Browse
) -> tuple[str, Browser]:
    """Somebody who may not know of some of it."""
    who: str = request.param
    return who, await browse(getattr(cast, who) if who else None)


def routes(app: Litestar, method: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each address of the application with the names of its parameters."""
    for route in app.routes:
        if isinstance(route, HTTPRoute) and method in route.methods:
            yield route.path_format, tuple(re.findall(r"{(\w+)}", route.path_format))


def private_addresses(
    path: str, names: tuple[str, ...], things: Things, who: str
) -> Iterator[tuple[str, list[str]]]:
    """The path with every number of what this person may not know of; beside each, the same
    with numbers that never were and never can be."""
    for mark in (*UNKNOWN[who], "an account"):
        if mark == "an account" and who == "ann":
            continue
        known = things.numbers.get(mark, {})
        own = [name for name in names if name in known]
        if not set(names) <= {*known, *PLAIN}:
            continue
        for number in range(max((len(known[name]) for name in own), default=0)):
            values = {name: known[name][number % len(known[name])] for name in own}
            yield path.format(**PLAIN | values), list(_nothing(path, own))


def _nothing(path: str, own: list[str]) -> Iterator[str]:
    for number in (NEVER, TOO_LARGE):
        yield path.format(**PLAIN | {name: NOTHING.get(name, number) for name in own})


def test_every_parameter_is_known(app: Litestar, things: Things) -> None:
    private = {name for known in things.numbers.values() for name in known}
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for path, names in routes(app, method):
            new = set(names) - private - set(PLAIN)
            assert not new, (
                f"{path} takes {new}. If these name something that not everyone may know of, "
                "make one in tests/support/private_things.py and `things.add(mark, name, number)`; "
                "else give a value in PLAIN."
            )


@dataclass(frozen=True)
class Asking:
    """How a visitor asks for what may be secret, and how many queries the answer takes."""

    browser: Browser
    ask: Callable[[Browser, str], Awaitable[httpx.Response]]
    count_queries: Callable[[], AbstractContextManager[Counted]]

    async def __call__(self, address: str) -> tuple[httpx.Response, int]:
        """The answer, and the number of its queries."""
        with self.count_queries() as counted:
            answer = await self.ask(self.browser, address)
        return answer, counted.number


@pytest.mark.slow
async def test_nothing_tells_of_it(
    visitor: tuple[str, Browser],
    app: Litestar,
    things: Things,
    cast: Cast,
    db: AsyncSession,
    count_queries: Callable[[], AbstractContextManager[Counted]],
) -> None:
    """No page that is asked for, nor the time that it takes."""
    who, browser = visitor
    await browser.get("/sign-in")
    asking = Asking(browser, _look, count_queries)
    asked = 0
    for path, names in routes(app, "GET"):
        asked += len(await _is_as_nothing(asking, path, names, things, who))
    assert asked > 10
    await _lists_are_silent(browser, who, app, things, cast)
    await _narrowed_lists_are_silent(browser, who, things)
    await _no_socket_listens_in(db, await viewer_of(db, getattr(cast, who, None)), who, things)


async def _is_as_nothing(
    asking: Asking, path: str, names: tuple[str, ...], things: Things, who: str
) -> dict[str, httpx.Response]:
    """What this person is answered at each private address of a route, after it was found to be
    what they are answered where there is nothing, by as many queries."""
    answers: dict[str, httpx.Response] = {}
    nothing: dict[str, tuple[httpx.Response, int]] = {}
    for address, (never, too_large) in private_addresses(path, names, things, who):
        answer, queries = await asking(address)
        for other in (never, too_large):
            if other not in nothing:
                nothing[other] = await asking(other)
            _same_silence(answer, address, nothing[other][0], other)
        # What no column can hold is not even looked for.
        assert queries == nothing[never][1], f"{address} takes more or less queries than {never}"
        _is_silent(answer, who, address)
        answers[address] = answer
    return answers


@pytest.mark.slow
async def test_pages_around_it_say_nothing_of_it(
    visitor: tuple[str, Browser], app: Litestar, things: Things
) -> None:
    """Those who may open pages of a challenge find nothing there of what they may not know: judges
    nothing that others gave before they have finished, nor managers before the panel is closed;
    entrants nothing that is not released."""
    who, browser = visitor
    opened = 0
    for mark in set(UNKNOWN[who]) & things.around.keys():
        known = things.around[mark]
        for path, names in routes(app, "GET"):
            if not set(names) <= {*known, *PLAIN} or not set(names) & known.keys():
                continue
            for number in range(max(len(known[name]) for name in names if name in known)):
                own = {
                    name: known[name][number % len(known[name])] for name in names if name in known
                }
                for address in _with_files(path.format(**PLAIN | own)):
                    answer = await browser.get(address)
                    _is_silent(answer, who, address)
                    opened += answer.status_code == 200
    assert opened > {"jo": 12, "cem": 12, "mia": 20, "ann": 20}.get(who, 4)


def _with_files(address: str) -> Iterator[str]:
    """The address; of an export that of each file."""
    kinds = ("entries", "scores", "decisions", "runs") if address.endswith("scores.csv") else ()
    yield address
    for kind, ending in product(kinds, ("csv", "json", "xlsx")):
        yield address.replace("scores.csv", f"{kind}.{ending}")


async def test_an_address_that_leads_nowhere_is_answered_alike(
    visitor: tuple[str, Browser], things: Things
) -> None:
    _who, browser = visitor
    await browser.get("/sign-in")
    secret = f"/ideas/{things.numbers[WITHDRAWN]['idea_id'][0]}"
    said = re.search("<main.*</main>", (await _look(browser, secret)).text, re.DOTALL)
    for nowhere in ("/nowhere", "/ideas/none", "/contributions/1.5"):
        answer = await _look(browser, nowhere)
        assert answer.status_code == 404
        assert said and said[0] in answer.text, nowhere


async def _look(browser: Browser, address: str) -> httpx.Response:
    _forget_notice(browser)
    return await browser.get(address)


def _forget_notice(browser: Browser) -> None:
    # What was said after an earlier deed is shown on the next page, whichever that is.
    browser.client.cookies.pop(NOTICE_COOKIE, None)


def _same_silence(answer: httpx.Response, address: str, other: httpx.Response, never: str) -> None:
    """What is secret and what never was get one answer, to the last letter and header."""
    # What a page sends by itself is not led to where one signs in.
    assert answer.status_code in {303, 401, 404}, (address, answer.status_code)
    said, said_of_nothing = _said(answer, address), _said(other, never)
    assert said == said_of_nothing, (address, never)


def _said(answer: httpx.Response, address: str) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without the address that was asked for."""

    def without(text: str) -> str:
        text = text.replace(address, "HERE").replace(quote(address, safe=""), "HERE")
        # How far a page has heard changes with whatever is done anywhere meanwhile.
        text = HEARD.sub("cursor=HEARD", text)
        # What a stranger pressed is kept under its own number, for a browser with a new secret.
        return KEPT.sub(r"\1 KEPT", text)

    headers = [(name, without(value)) for name, value in answer.headers.multi_items()]
    return (
        answer.status_code,
        without(answer.text),
        [one for one in headers if one[0] not in OF_ADDRESS],
    )


async def _lists_are_silent(
    browser: Browser, who: str, app: Litestar, things: Things, cast: Cast
) -> None:
    people = {
        "ada": cast.ada.id,
        "city": cast.city.id,
        "pia": things.undercover,
    }
    for path, names in routes(app, "GET"):
        if names:
            continue
        for question in ("", *QUESTIONS.get(path, ())):
            address = path + question.format(**people)
            _is_silent(await browser.get(address), who, address)


async def _narrowed_lists_are_silent(browser: Browser, who: str, things: Things) -> None:
    for mark in UNKNOWN[who]:
        for number in things.numbers.get(mark, {}).get("campaign_id", ()):
            for address in (f"/ideas?within={number}", f"/pipeline?in={number}"):
                answer = await browser.get(address)
                assert answer.status_code == 404, address
                _is_silent(answer, who, address)
            _is_silent(await browser.get(f"/ideas/new?within={number}"), who, "/ideas/new")


def _is_silent(answer: httpx.Response, who: str, address: str) -> None:
    said = answer.text + repr(answer.headers)
    told = [mark for mark in UNKNOWN[who] if mark in said]
    assert not told, f"{who or 'a stranger'} learns {told} at {address}"
    assert answer.status_code < 500 or address == "/readyz", address


async def test_counts_do_not_betray(
    db: AsyncSession, cast: Cast, things: Things, browse: Browse
) -> None:
    """The figures of a stranger's home page are those of the two public ideas."""
    home = (await (await browse(None)).get("/")).text
    zed = (await (await browse(cast.zed)).get("/")).text
    figures = re.findall(r'class="stat-value[^"]*"[^>]*>\s*([\d,]+)', home)
    assert figures and figures == re.findall(r'class="stat-value[^"]*"[^>]*>\s*([\d,]+)', zed)
    assert figures[0] == "2", figures


@pytest.mark.slow
async def test_no_deed_reaches_it(
    visitor: tuple[str, Browser],
    app: Litestar,
    things: Things,
    db: AsyncSession,
    count_queries: Callable[[], AbstractContextManager[Counted]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # There are more deeds than a network may press in ten minutes.
    monkeypatch.setattr(kept_forms, "MOST_KEPT", 10_000)
    who, browser = visitor
    await browser.get("/sign-in")
    before = await _rows(db)
    asking = Asking(browser, _send, count_queries)
    for path, names in routes(app, "POST"):
        for address, answer in (await _is_as_nothing(asking, path, names, things, who)).items():
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/sign-in"), address
    for address in DEEDS:
        await _post_within(browser, address, things, who)
    assert await _rows(db) == before


async def _send(browser: Browser, address: str) -> httpx.Response:
    _forget_notice(browser)
    typed = {"body": "Words and more", "reason": "Because", "title": "A title", "note": "So"}
    more = {"kind": "build", "decision": "hold", "seen_stage": "spark", "seen_review": "0"}
    return await browser.post(address, typed | more | {"role": "admin", "place": "everywhere"})


async def _post_within(browser: Browser, address: str, things: Things, who: str) -> None:
    for mark in UNKNOWN[who]:
        for number in things.numbers.get(mark, {}).get("campaign_id", ()):
            fields = {"campaign_id": str(number), "title": "In here", "body": "Let me in"}
            answer = await browser.post(address, fields)
            assert answer.status_code in {303, 404}
            assert answer.status_code == 404 or "/sign-in" in answer.headers["location"]
            _is_silent(answer, who, address)


async def _rows(db: AsyncSession) -> dict[str, str]:
    """A fingerprint of each table, but for what counts tries and looks, and keeps what strangers
    pressed."""
    return await fingerprints(db, but=("attempt", "session", "kept_form"))


async def test_nobody_ends_anothers_session(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await browse(cast.ada)
    number = await db.scalar(select(Session.id).where(Session.person_id == cast.ada.id))
    for who in (cast.ben, cast.ann):
        answer = await (await browse(who)).post(f"/account/sessions/{number}/sign-out")
        assert answer.status_code == 404
    session = await db.get_one(Session, number, populate_existing=True)
    assert session.ended_at is None


# Rooms that are not called like the parameter.
CALLED = {"body_id": "host", "summary_id": "you-said"}


async def _no_socket_listens_in(db: AsyncSession, viewer: Viewer, who: str, things: Things) -> None:
    for mark in UNKNOWN[who]:
        for name, numbers in things.numbers.get(mark, {}).items():
            if name in {"idea_id", "campaign_id", "person_id", "entry_id", *CALLED}:
                # Whatever the room is called: a number that opens it must be somebody's to know.
                room = CALLED.get(name, name.removesuffix("_id"))
                assert room in rooms()
                for number in numbers:
                    assert await _open(db, viewer, (f"{room}:{number}",), rooms()) == {}


@pytest.mark.slow
# What is pushed is rendered with what the application adds to templates.
@pytest.mark.usefixtures("app")
async def test_public_rooms_are_told_nothing(cast: Cast, things: Things, db: AsyncSession) -> None:
    """Whatever happens to what is private, rooms that strangers may enter hear none of it."""
    for mark in (INTERNAL, HIDDEN, WITHDRAWN):
        for idea_id in things.numbers[mark]["idea_id"]:
            idea = await db.get_one(Idea, idea_id)
            campaign = await db.get_one(Campaign, idea.campaign_id)
            for event in await _events_of(db, idea, things.numbers[mark]):
                await _tells_only_insiders(db, event, mark, idea, campaign)


async def _events_of(db: AsyncSession, idea: Idea, numbers: dict[str, list[Any]]) -> list[Event]:
    """What has happened to it, and everything that could."""
    kept = list(await db.scalars(select(Event).where(Event.idea_id == idea.id)))
    made = [
        Event(
            kind=kind,
            actor_id=idea.author_id,
            idea_id=idea.id,
            campaign_id=idea.campaign_id,
            subject_id=numbers[_subject(kind)][0],
            data={},
        )
        for kind in shows()
    ]
    return kept + made


def _subject(kind: Kind) -> str:
    names = {"pledge": "pledge_id", "experiment": "experiment_id", "reading": "experiment_id"}
    return names.get(kind.partition(" ")[0], "contribution_id")


async def _is_of_an_insider(db: AsyncSession, told: RoomMessage, campaign: Campaign) -> bool:
    """Whether it asks for a new copy in the own room of a person who may see the campaign."""
    kind, _, number = told.room.partition(":")
    if kind != "own" or not isinstance(told, Refresh):
        return False
    viewer = await viewer_of(db, await db.get_one(Person, int(number)))
    try:
        await find_campaign(db, viewer, campaign.id)
    except NotFound:
        return False
    return True


async def _tells_only_insiders(
    db: AsyncSession, event: Event, mark: str, idea: Idea, campaign: Campaign
) -> None:
    own = {f"{name}:{idea.id}" for name in ("idea", "supporters", "letters")}
    insiders = own | {f"person:{event.actor_id}", f"person:{event.subject_id}"}
    # Only whoever manages it enters these, and only its judges those of judging; no stranger,
    # as test_who_sees_what.py tries.
    own_rooms = ("asked", "entries", "judging", "results", "judges")
    insiders |= {f"{room}:{campaign.id}" for room in own_rooms}
    # Only admins enter this, to be told that some draft waits.
    insiders |= {"reviews"}
    # Only those who decide on the idea or answer it enter the one, only its authors the others.
    co_authors = select(CoAuthor.person_id).where(CoAuthor.idea_id == idea.id)
    authors = {idea.author_id, *await db.scalars(co_authors)}
    insiders |= {f"case:{idea.id}", *(f"person:{number}" for number in authors)}
    # Only moderators enter this, and each fetches what they may see.
    insiders |= {"moderation:0"}
    # Of an organisation and a summary: who finds these may know of what is told there.
    insiders |= {f"host:{event.subject_id}", f"you-said:{event.subject_id}"}
    of_campaign = OutcomeSummary.campaign_id == campaign.id
    insiders |= {
        f"you-said:{number}"
        for number in await db.scalars(select(OutcomeSummary.id).where(of_campaign))
    }
    # Nobody but its team, and those who manage the challenge once it was submitted.
    insiders |= {f"entry:{event.subject_id}"}
    panels = await db.scalars(select(Panel.id).where(Panel.campaign_id == campaign.id))
    insiders |= {f"deliberation:{panel}" for panel in panels}
    # Only judges who have finished, of whatever panel the number is.
    insiders |= {f"peers:{panel}" for panel in await db.scalars(select(Panel.id))}
    if campaign.audience == "internal":
        insiders |= {f"campaign:{campaign.id}", f"phases:{campaign.id}"}
        insiders |= {f"staff:{campaign.organisation_id}"}
    for show in shows()[event.kind]:
        for told in await show(db, event):
            if told.room in insiders or await _is_of_an_insider(db, told, campaign):
                continue
            assert not isinstance(told, NewItem) or told.list_name != "ideas", (event.kind, told)
            assert mark != INTERNAL, f"{event.kind}: {told.room} hears of what is internal"
            assert not isinstance(told, Push) or mark not in told.html, (event.kind, told)
            assert not isinstance(told, Push) or f"-{idea.id}-" not in told.element_id, told


async def test_nobody_learns_of_it_by_asking_what_was_missed(
    db: AsyncSession, cast: Cast, things: Things
) -> None:
    """A socket that comes back is told to fetch only for what its person may know of."""
    stranger = Viewer()
    internal = things.numbers[INTERNAL]["idea_id"][0]
    for name in rooms():
        opened = await _open(db, stranger, (name,), rooms())
        for concern in opened.values():
            heard = await db.scalars(select(Event.id).where(concern, Event.idea_id == internal))
            assert not heard.all(), f"the room {name} betrays that something happened"


async def test_a_statement_that_is_run_without_its_viewer_fails(db: AsyncSession) -> None:
    with pytest.raises(StatementError, match="viewer_"):
        await rows_of(db, FIND, {"idea_id": 1})


async def test_sql_and_python_agree_on_where_a_role_is_held(db: AsyncSession, cast: Cast) -> None:
    people = [getattr(cast, who) if who else None for who in UNKNOWN]
    viewers = [await viewer_of(db, person) for person in people]
    organisations = [row.id for row in await rows_of(db, select(Organisation.id), {})]
    held = 0
    for role in HELD:
        covered = select(Organisation.id).where(viewer_holds(role, Organisation.id))
        for viewer in viewers:
            found = {row.id for row in await rows_of(db, covered, viewer.bound)}
            assert found == {number for number in organisations if viewer.holds(role, number)}
            held += len(found)
    assert held
