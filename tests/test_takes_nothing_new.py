"""What was withdrawn or hidden, or is closed, takes nothing new: by no deed, from no page however
stale, and not even from one that is sent while it happens.

The deeds are found by their addresses: a new one is tried from its first day, with the form that
says in `test_anothers_deeds.py` or here how it is done.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.organisations.models import Person
from tests.conftest import Browse, Browser
from tests.support.cast import make_cast
from tests.support.deed import Deed
from tests.support.grounds import Ground
from tests.support.response_deeds import DEEDS_OF_RESPONSES
from tests.support.waiting import waits_for_a_row
from tests.support.wiring import client_of
from tests.test_anothers_deeds import DEEDS, World, ground_of_deeds, make_things, world_on
from tests.test_bad_input import undone
from tests.test_visibility import _rows, routes

# The parameters of addresses that name an idea, or what hangs on one.
OF_IDEAS = {"idea_id", "contribution_id", "pledge_id", "experiment_id", "reading_id", "token"}
BUILD = {"kind": "build", "body": "Vests for all.", "seen": "1"}
# What everyone may do at an idea: by whom it is tried here.
EVERYBODYS = (
    Deed("/ideas/{idea_id}/vote", {"staff", "moderator"}),
    Deed("/ideas/{idea_id}/vote/withdrawal", {"citizen"}),
    Deed("/ideas/{idea_id}/vote/name", {"citizen"}, {"shown": "yes"}),
    Deed("/ideas/{idea_id}/following", {"staff", "moderator", "author"}),
    Deed("/ideas/{idea_id}/following/withdrawal", {"citizen"}),
    Deed("/ideas/{idea_id}/contributions", {"staff", "moderator", "author"}, BUILD),
    Deed("/contributions/{contribution_id}/replies", {"staff", "moderator", "author"},
         {"body": "Gladly, and soon."}),
    Deed("/contributions/{contribution_id}/replies", {"staff", "moderator", "author"},
         {"body": "Gladly, and sooner."}, named={"contribution_id": "reply"}),
    Deed("/contributions/{contribution_id}/thanks", {"staff", "moderator", "author"}),
    Deed("/contributions/{contribution_id}/thanks", {"staff", "moderator"},
         named={"contribution_id": "reply"}),
    Deed("/ideas/{idea_id}/response/reports", {"staff", "moderator", "author"},
         {"evidence": "It is cheaper now."}, named={"idea_id": "asleep"}),
)  # fmt: skip
# These show something, and change nothing.
SHOWN = {
    "/contributions/{contribution_id}/adoption/changes",
    # It needs letters: tests/form_letters tries it.
    "/ideas/{idea_id}/letters/difference",
}
ALL = (
    *(deed for deed in DEEDS if OF_IDEAS & set(re.findall(r"{(\w+)}", deed.path))),
    *EVERYBODYS,
)
# What takes something back that was there. It may be done to what is withdrawn, too.
TAKES_BACK = {
    "/ideas/{idea_id}/withdrawal",
    "/ideas/{idea_id}/vote/withdrawal",
    "/ideas/{idea_id}/safe-space/support/withdrawal",
    "/ideas/{idea_id}/following/withdrawal",
    "/contributions/{contribution_id}/withdrawal",
    "/pledges/{pledge_id}/refusal",
    "/pledges/{pledge_id}/withdrawal",
}
# What goes on after a call has closed: its ideas are sponsored, tried and decided on then.
VOTES_BACK = {
    "/ideas/{idea_id}/vote/withdrawal",
    "/ideas/{idea_id}/safe-space/support/withdrawal",
}
AFTER_CLOSING = TAKES_BACK - VOTES_BACK | {
    "/ideas/{idea_id}/following",
    # In any challenge that takes entries.
    "/ideas/{idea_id}/entries",
    # Whether one is named may be chosen at any time.
    "/ideas/{idea_id}/vote/name",
    "/ideas/{idea_id}/pledges",
    "/ideas/{idea_id}/decision",
    "/ideas/{idea_id}/experiments/new",
    "/contributions/{contribution_id}/thanks",
    "/pledges/{pledge_id}/acceptance",
    "/pledges/{pledge_id}/fulfilment",
    "/pledges/{pledge_id}/confirmation",
    "/pledges/{pledge_id}/dispute",
    "/pledges/{pledge_id}/conditions",
    *{deed.path for deed in DEEDS_OF_RESPONSES},
    "/ideas/{idea_id}/response/reports",
    "/experiments/{experiment_id}/adjustment",
    "/experiments/{experiment_id}/readings",
    "/experiments/{experiment_id}/readings/{reading_id}/removal",
    "/experiments/{experiment_id}/conclusion",
}
# How an idea comes to take nothing, and which deeds are still possible then.
STATES = {
    "withdrawn": ("update idea set withdrawn_at = now() where id = any(:ideas)", TAKES_BACK),
    "hidden": (
        "update idea set hidden_at = now(), hidden_reason = 'So.' where id = any(:ideas)",
        TAKES_BACK,
    ),
    "closed": (
        (
            "update phase set opens_at = null, closes_at = statement_timestamp()"
            " where campaign_id in (select campaign_id from idea where id = any(:ideas))"
        ),
        AFTER_CLOSING,
    ),
}
OF_CONTRIBUTIONS = {
    "withdrawn": "update contribution set withdrawn_at = now() where id = :contribution_id",
    "hidden": "update contribution set hidden_at = now() where id = :contribution_id",
}


def test_every_deed_is_tried(app: Litestar) -> None:
    there = {path for path, names in routes(app, "POST") if OF_IDEAS & set(names)}
    assert there - SHOWN == {deed.path for deed in ALL}, "say in EVERYBODYS how this is done"
    assert there >= TAKES_BACK | AFTER_CLOSING


@pytest.fixture(scope="module")
async def world_ground(database_url: str, template: str) -> AsyncIterator[Ground]:
    """Made once for all tests here."""
    async with ground_of_deeds(database_url, template) as made:
        yield made


@pytest.fixture
def its_ground(world_ground: Ground) -> Ground:
    """All tests here find the same."""
    return world_ground


@pytest.fixture
async def world(world_ground: Ground, db: AsyncSession, browse: Browse) -> World:
    """Everyone's browser; a citizen takes part."""
    made = await world_on(world_ground, db, browse)
    await _take_part(db, made.numbers["idea_id"], made.everyone.people["citizen"])
    await db.commit()
    return made


async def _take_part(db: AsyncSession, idea: int, person: Person) -> None:
    """So that there is something to take back."""
    values = {"idea": idea, "person": person.id}
    for statement in (
        "insert into vote (idea_id, person_id) values (:idea, :person)",
        "update idea set votes_count = votes_count + 1 where id = :idea",
        "insert into follow (idea_id, person_id) values (:idea, :person)",
    ):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        await db.execute(text(statement), used)


def _ideas(world: World) -> dict[str, list[int]]:
    """All ideas to which something is done here."""
    return {"ideas": [world.numbers[name] for name in ("idea_id", "owed", "asked", "asleep")]}


def _who(deed: Deed) -> Iterator[str]:
    """All who may do it, and those who see most of what is withdrawn or hidden."""
    yield from sorted(deed.may | {"author", "moderator"})


@pytest.mark.slow
async def test_otherwise_each_deed_is_possible(world: World, database: Database) -> None:
    """So that it is for the idea's state that it is refused."""
    before = await _rows(world.db)
    for deed in ALL:
        for name in sorted(deed.may):
            async with undone(database):
                answer = await world.send(name, deed)
                assert answer.status_code == 303, (name, deed.path, answer.text)
                assert await _rows(world.db) != before, (name, deed.path)


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
async def test_nothing_is_added_to_an_idea_that_takes_nothing(
    world: World, database: Database, state: str
) -> None:
    statement, possible = STATES[state]
    await world.db.execute(text(statement), _ideas(world))
    await world.db.commit()
    before, unseen = await _rows(world.db), set()
    for deed in ALL:
        if deed.path in possible:
            continue
        statuses = set()
        for name in _who(deed):
            answer = await world.send(name, deed)
            assert answer.status_code in {403, 404, 409}, (name, deed.path, answer.text)
            statuses.add(answer.status_code)
        assert await _rows(world.db) == before, deed.path
        unseen |= set() if 409 in statuses else {deed.path}
    # Somebody saw each thing and could have done it otherwise; but that nobody sees what was
    # withdrawn except its author, who does none of these.
    by_leaders = ("pledges", "decision", "response", "response/brief")
    others = {f"/ideas/{{idea_id}}/{what}" for what in by_leaders} | {
        f"/ideas/{{idea_id}}/response/reports/{{report_id}}/{what}"
        for what in ("confirmation", "refusal")
    }
    # Nor does a facilitator see what is withdrawn or hidden.
    spoken = {"/ideas/{idea_id}/safe-space", "/ideas/{idea_id}/safe-space/support"}
    expected = {"withdrawn": others | spoken, "hidden": spoken}
    assert unseen == expected.get(state, set())


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
async def test_what_one_gave_can_be_taken_back_as_far_as_one_sees_it(
    world: World, database: Database, state: str
) -> None:
    """It adds nothing: there are never more rows but for what is written down of it."""
    statement, _possible = STATES[state]
    await world.db.execute(text(statement), _ideas(world))
    await world.db.commit()
    before = await _lengths(world.db)
    for deed in ALL:
        if deed.path not in TAKES_BACK:
            continue
        for name in _who(deed):
            async with undone(database):
                answer = await world.send(name, deed)
                assert answer.status_code in {303, 403, 404, 409}, (name, deed.path)
                now = await _lengths(world.db)
                assert all(now[table] <= before[table] for table in before), (name, deed.path)


async def _lengths(db: AsyncSession) -> dict[str, int]:
    found = await db.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
    told = {"attempt", "session", "event", "idea_tally"}
    # Who stopped following keeps a row that says so.
    standing = {"follow": " where stopped_at is null"}
    lengths = (
        f"select '{table}' as name, count(*) as rows from \"{table}\"{standing.get(table, '')}"
        for table in sorted(set(found) - told)
    )
    counted = await db.execute(text(" union all ".join(lengths)))
    return {table.name: table.rows for table in counted}


@pytest.mark.slow
@pytest.mark.parametrize("state", OF_CONTRIBUTIONS)
async def test_nothing_is_added_to_a_contribution_that_is_gone(world: World, state: str) -> None:
    """Nor below it, where there are replies already."""
    numbers = {"contribution_id": world.numbers["contribution_id"]}
    await world.db.execute(text(OF_CONTRIBUTIONS[state]), numbers)
    await world.db.commit()
    before, tried = await _rows(world.db), 0
    for deed in ALL:
        own = deed.path.startswith("/contributions/") and deed.path not in TAKES_BACK
        if not own or (deed.path.endswith("/thanks") and deed.named):
            # A reply that stands can still be thanked for.
            continue
        for name in _who(deed):
            answer = await world.send(name, deed)
            assert answer.status_code in {403, 409}, (name, deed.path, answer.text)
            tried += answer.status_code == 409
        assert await _rows(world.db) == before, deed.path
    assert tried >= 10


# What stands on a page under these names adds nothing; see controls.css.
CONTROLS = {"author", "signed-in"}


@pytest.mark.parametrize("state", ["withdrawn", "hidden"])
async def test_no_page_offers_what_would_be_refused(world: World, state: str) -> None:
    """The idea's page and those of its conversation; what they hold for others is not shown."""
    numbers = world.numbers
    await world.db.execute(text(STATES[state][0]), _ideas(world))
    await world.db.commit()
    here = f"/ideas/{numbers['idea_id']}"
    for name in ("author", "moderator", "admin") if state == "hidden" else ("author",):
        for address in (
            here,
            f"{here}/contributions",
            f"/contributions/{numbers['contribution_id']}",
        ):
            page = (await world.browsers[name].get(address)).text
            controls = re.findall(r'data-can="([^"]*)"', page)
            assert controls and set(" ".join(controls).split()) <= CONTROLS, (name, address)
            for form in (f"{here}/vote", f"{here}/following", f"{here}/contributions"):
                assert f'action="{form}"' not in page, (name, address)
            for link in (f"{here}/revision", f"{here}/attachments/new", f"{here}/pledges/new"):
                assert f'href="{link}"' not in page, (name, address)


def _idea_of(world: World, deed: Deed) -> int:
    return int(world.numbers[deed.named.get("idea_id", "idea_id")])


@asynccontextmanager
async def committed_world(committing: Database, config: Config) -> AsyncIterator[World]:
    """The same where transactions really commit; with browsers of those who may do something."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        everyone, numbers = await make_things(db, cast)
        secrets = {
            name: await begin_session(db, person.id) for name, person in everyone.people.items()
        }
    browsers: dict[str, Browser] = {}
    async with client_of(config, committing) as client, committing.reading() as db:
        for name, secret in secrets.items():
            browsers[name] = WithCookie(client, secret)
        yield World(db, browsers, numbers, everyone)


class WithCookie(Browser):
    """One of several browsers on one client, which keeps no cookies."""

    async def post(
        self, url: str, data: dict[str, Any] | None = None, *, htmx: bool = False, **options: Any
    ) -> httpx.Response:
        """Sends a form with the own session only."""
        self.client.cookies.clear()
        options["headers"] = {"Cookie": f"ideahub={self.secret}"}
        return await super().post(url, data, htmx=htmx, **options)


@pytest.mark.slow
async def test_nothing_slips_in_while_an_idea_is_being_withdrawn(
    committing: Database, config: Config
) -> None:
    """A deed that comes while the withdrawal is not committed waits for it, and is refused."""
    async with committed_world(committing, config) as world:
        for deed in ALL:
            if deed.path not in TAKES_BACK:
                await _slips_not_in(world, committing, deed, "idea", _idea_of(world, deed))


@pytest.mark.slow
async def test_nothing_slips_in_while_a_contribution_is_being_withdrawn(
    committing: Database, config: Config
) -> None:
    """Nor below it."""
    async with committed_world(committing, config) as world:
        for deed in ALL:
            is_own = deed.path.startswith("/contributions/") and deed.path not in TAKES_BACK
            if is_own and not (deed.path.endswith("/thanks") and deed.named):
                number = world.numbers["contribution_id"]
                await _slips_not_in(world, committing, deed, "contribution", number)


async def _slips_not_in(
    world: World, database: Database, deed: Deed, table: str, number: int
) -> None:
    name = min(deed.may - {"moderator"})
    async with database.transaction() as db:
        gone = f"update {table} set withdrawn_at = now() where id = :number"
        await db.execute(text(gone), {"number": number})
        sent = asyncio.create_task(world.send(name, deed))
        waiting = await waits_for_a_row(database, sent)
        assert waiting, (name, deed.path, sent.done() and sent.result().status_code)
    answer = await sent
    assert answer.status_code in {404, 409}, (name, deed.path, answer.text)
    async with database.transaction() as db:
        again = f"update {table} set withdrawn_at = null where id = :number"
        await db.execute(text(again), {"number": number})
