"""What is new to a person begins where they left: pushes and copies made ahead are no visits."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from ideahub.accounts.sessions import begin_session
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event, Kind, record
from ideahub.front.models import HomeVisit
from ideahub.ideas.models import Idea
from tests.support.cast import make_cast
from tests.support.ripening import contribute, posted
from tests.support.wiring import client_of

OPENS = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


class Home:
    """Ada's home page, and what happens meanwhile."""

    def __init__(self, client: httpx.AsyncClient, database: Database) -> None:
        self.client = client
        self.database = database

    async def begin(self) -> None:
        """Ada signs in and has an idea."""
        async with self.database.transaction() as db:
            cast = await make_cast(db)
            self.idea: Idea = (await posted(db, cast))[1]
            self.ben, self.cem = cast.ben, cast.cem
            self.client.cookies.set("ideahub", await begin_session(db, cast.ada.id))

    async def open(self, **headers: str) -> str:
        """The page as a person opens it, unless the headers say otherwise."""
        return (await self.client.get("/", headers={**OPENS, **headers})).text

    async def build(self, *, by: str, ago: timedelta = timedelta()) -> None:
        """Somebody adds to her idea."""
        async with self.database.transaction() as db:
            author = getattr(self, by)
            made = await contribute(db, self.idea, author)
            number = await record(db, Kind.CONTRIBUTION_MADE, author, on=self.idea, subject=made)
            here = update(Event).where(Event.id == number)
            await db.execute(here.values(created_at=func.now() - ago))

    async def leave(self, ago: timedelta) -> None:
        """She was there so long ago."""
        async with self.database.transaction() as db:
            await db.execute(update(HomeVisit).values(seen_at=func.now() - ago))

    async def kept(self) -> tuple[object, ...] | None:
        """What is stored of her visit."""
        async with self.database.reading() as db:
            found = (await db.execute(select(HomeVisit.since, HomeVisit.seen_at))).one_or_none()
        return tuple(found) if found else None


@pytest.fixture
async def home(committing: Database, config: Config) -> AsyncIterator[Home]:
    """Ada is signed in, and was never on her home page."""
    async with client_of(config, committing) as client:
        made = Home(client, committing)
        await made.begin()
        yield made


async def test_what_was_told_on_one_visit_is_old_on_the_next(home: Home) -> None:
    await home.build(by="ben", ago=timedelta(hours=3))
    assert "Ben Okoye</strong> added" in await home.open()
    assert "Ben Okoye</strong> added" in await home.open(), "it is the same visit"
    await home.leave(timedelta(hours=2))
    await home.build(by="cem")
    shown = await home.open()
    assert "Ben Okoye</strong> added" not in shown
    assert "Cem Aydin</strong> added" in shown
    assert "Cem Aydin</strong> added" in await home.open(), "it is the same visit"


async def test_a_first_visit_tells_of_the_last_days(home: Home) -> None:
    await home.build(by="ben", ago=timedelta(days=6))
    await home.build(by="cem", ago=timedelta(days=8))
    for _ in range(2):
        shown = await home.open()
        assert "in the last seven days" in shown
        assert "Ben Okoye</strong> added" in shown
        assert "Cem Aydin</strong> added" not in shown


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
)
async def test_a_copy_that_nobody_reads_makes_nothing_old(
    home: Home, headers: dict[str, str]
) -> None:
    await home.open(**headers)
    assert await home.kept() is None
    await home.open()
    await home.leave(timedelta(hours=2))
    before = await home.kept()
    for _ in range(2):
        await home.open(**headers)
    assert await home.kept() == before
    await home.open()
    assert await home.kept() != before
