"""No page does work that grows with the whole: it reads as much of the database where there are
fifty thousand ideas with a million votes as where there are five thousand."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from litestar import Litestar
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config
from ideahub.core.db import Database
from tests.support.cast import Cast, make_campaign, make_cast
from tests.support.crowd import grow, talk_much
from tests.support.pages_read import pages_read
from tests.support.vacuuming import vacuum
from tests.support.wiring import client_of
from tests.test_visibility import PLAIN, routes

pytestmark = pytest.mark.slow

FEW, MANY = 5_000, 50_000
TALK = 2_000
CAMPAIGNS = 20
# Pages of the database, of 8 kB each, that a statement may read more where everything is ten times
# as much: an index is a level deeper.
MORE_PAGES = 60
# Lists that are asked for something.
ASKED = (
    "/ideas?order=newest", "/ideas?order=supported", "/ideas?order=rising",
    "/ideas?order=needs-a-build", "/ideas?order=needs-a-sponsor", "/ideas?stage=spark",
    "/ideas?stage=learned", "/ideas?tag=tag+7", "/ideas?within={campaign_id}",
    "/ideas?within={campaign_id}&order=supported", "/ideas?by={person_id}",
    "/lessons?before=300", "/pipeline?in={campaign_id}", "/pipeline?stuck=1",
    "/pipeline?organisation={organisation_id}", "/people?q=Person+77",
    "/ideas?q=49987", "/ideas?q=street", "/ideas?q=nothing", "/ideas?q=%22street+for%22",
    "/ideas?q=str&stage=learned", "/ideas?q=street&tag=tag+7&within={campaign_id}",
    "/ideas?q=street&order=supported", "/ideas?q=nothing&order=newest",
    "/ideas/similar?title=Another+idea+for+a+street",
    "/ideas/{idea_id}/contributions?kind=concern", "/ideas/{idea_id}/contributions?before=1500",
)  # fmt: skip
WHO = ("", "ben", "ann")
# A search looks at some thousand ideas at most, of which there are not as many among few: it may
# read so many pages. Each idea's words are on another page.
SEARCHES = 6_000
# What reads at most so much, however much there is: the newest five hundred.
BOUNDED = "LIMIT 500"


class Read(NamedTuple):
    """A statement of a page, and with what."""

    page: str
    statement: str
    values: Any


@pytest.fixture
async def cast(committing: Database) -> Cast:
    async with committing.transaction() as db:
        cast = await make_cast(db)
        for number in range(CAMPAIGNS):
            await make_campaign(db, cast.city, title=f"Call {number}")
    return cast


async def _fill(database: Database, cast: Cast, first: int, last: int) -> None:
    async with database.transaction() as db:
        await grow(db, cast.city.id, first, last)
        if not first:
            idea = (await db.execute(text("select min(id) from idea"))).scalar_one()
            await talk_much(db, idea, TALK)
    await vacuum(database)


@contextmanager
def heard(engine: AsyncEngine) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent within the block, with their values."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        reads = re.match(r"\s*(select|with)\b", statement, re.IGNORECASE)
        if reads and "set_config" not in statement:
            sent.append((statement, values))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def _numbers(database: Database) -> dict[str, Any]:
    found = {}
    async with database.reading() as db:
        for table in ("idea", "campaign", "contribution", "pledge", "experiment", "organisation"):
            least = text(f"select min(id) from {table}")
            found[f"{table}_id"] = (await db.execute(least)).scalar_one()
        person = text("select id from person where email = 'p77@city.example'")
        found["person_id"] = (await db.execute(person)).scalar_one()
    return found


def addresses(app: Litestar, numbers: dict[str, Any]) -> Iterator[str]:
    """Every page that there is, by the routes, and lists that are asked for something."""
    for path, names in routes(app, "GET"):
        if set(names) <= {*numbers, *PLAIN}:
            yield path.format(**PLAIN | numbers)
    yield from (address.format(**numbers) for address in ASKED)


async def _looked_at(
    database: Database, config: Config, cast: Cast, numbers: dict[str, Any]
) -> list[Read]:
    """What each of these people's pages asks the database for."""
    engine, reads = database.bind, []
    assert isinstance(engine, AsyncEngine)
    async with client_of(config, database) as client:
        app = client._transport.app  # type: ignore[attr-defined]
        while not isinstance(app, Litestar):
            app = app.app
        for who in WHO:
            client.cookies.clear()
            if who:
                async with database.transaction() as db:
                    client.cookies.set("ideahub", await begin_session(db, getattr(cast, who).id))
            for address in addresses(app, numbers):
                with heard(engine) as sent:
                    answer = await client.get(address)
                assert answer.status_code < 500 or address == "/readyz", address
                reads += [Read(f"{address} ({who or 'a stranger'})", *one) for one in sent]
    return reads


async def _pages_read(database: Database, reads: list[Read]) -> dict[tuple[str, str], int]:
    """How many pages of the database each of them reads; the same for a statement sent twice."""
    engine, cost = database.bind, {}
    assert isinstance(engine, AsyncEngine)
    async with engine.connect() as connection:
        for read in {(one.page, one.statement): one for one in reads}.values():
            # As `heavy_read` does for searches.
            searches = "off" if "@@" in read.statement else "on"
            await connection.exec_driver_sql(f"set local enable_seqscan = {searches}")
            pages = await pages_read(connection, read.statement, read.values)
            cost[read.page, read.statement] = pages
    return cost


async def test_no_page_reads_more_where_there_is_more(
    committing: Database, config: Config, cast: Cast
) -> None:
    await _fill(committing, cast, 0, FEW)
    numbers = await _numbers(committing)
    reads = await _looked_at(committing, config, cast, numbers)
    assert len({one.page for one in reads}) > 100
    few = await _pages_read(committing, reads)
    await _fill(committing, cast, FEW, MANY)
    many = await _pages_read(committing, reads)
    grown = {
        (page, statement): f"{few[page, statement]} → {many[page, statement]} pages"
        for page, statement in few
        if many[page, statement]
        > (SEARCHES if "@@" in statement else 2 * few[page, statement] + MORE_PAGES)
        and BOUNDED not in statement
    }
    new = {statement: (page, much) for (page, statement), much in grown.items()}
    assert not new, "\n".join(f"{page}: {much}\n{text}" for text, (page, much) in new.items())
