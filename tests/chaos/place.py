"""The whole place: people and pages, the site, its database, its bus, and networks between them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ideahub.accounts.sessions import begin_session
from tests.chaos import database
from tests.chaos.database import Server
from tests.chaos.people import Person
from tests.chaos.relay import Ends, Relay
from tests.chaos.remembering import Memory
from tests.chaos.site import Site
from tests.support.cast import make_campaign, make_cast, make_idea, make_person
from tests.support.mail_sink import free_port
from tests.support.programs import Program, redis_options, running

HOT, QUIET, VOTERS, TALKERS, LATE = 3, 4, 12, 6, 6
READERS = 2
# Seconds after a fault in which people must be answered again, so many times.
PATIENCE, ANSWERS = 180.0, 5


class Breach(Exception):
    """Something that was promised did not hold; the message says what."""


@dataclass
class Filled:
    """Numbers of what is in the database: those of people with the secrets of their sessions."""

    hot: list[int]
    quiet: list[int]
    voters: dict[int, str]
    talkers: dict[int, str]
    late: dict[int, str]
    readers: dict[int, str]


@dataclass
class Place:
    """All that takes part."""

    folder: Path
    server: Server
    filled: Filled
    chance: Random
    # Between the site and its database, and between people and the site.
    inner: Relay
    outer: Relay
    bus: Program | None
    memory: Memory = field(default_factory=Memory)
    site: Site = field(init=False)

    @property
    def url(self) -> str:
        """Where people find the site."""
        return f"http://127.0.0.1:{self.outer.port}"

    @property
    def settings(self) -> dict[str, str]:
        """What its operator has set."""
        address = f"postgresql+asyncpg://ideahub@127.0.0.1:{self.inner.port}/ideahub"
        bus = {"IDEAHUB_BUS_URL": f"redis://127.0.0.1:{self.bus.port}"} if self.bus else {}
        return {"IDEAHUB_DATABASE_URL": address, "IDEAHUB_PUBLIC_URL": self.url, **bus}

    def people(self, secrets: dict[int, str]) -> list[Person]:
        """Those with these sessions."""
        return [
            Person(number, secret, self.url, self.memory, Random(self.chance.random()))
            for number, secret in secrets.items()
        ]

    async def goes_on(self, after: str) -> None:
        """Returns when people are answered; raises Breach where they are not for too long."""
        wanted = self.memory.acknowledged + ANSWERS
        try:
            async with asyncio.timeout(PATIENCE):
                while self.memory.acknowledged < wanted:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise Breach(
                f"{PATIENCE:.0f} s after this fault people are not answered: {after}"
            ) from None


@asynccontextmanager
async def opened(folder: Path, chance: Random, *, bus: bool) -> AsyncIterator[Place]:
    """The place with its site ready; `folder` holds a migrated database's `postgres`."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(database.running(folder / "postgres"))
        filled = await _fill(server)

        async def to_server() -> Ends:
            return await asyncio.open_unix_connection(server.socket)

        async def to_site() -> Ends:
            return await asyncio.open_connection("127.0.0.1", place.site.port)

        inner, outer = Relay(to_server), Relay(to_site)
        for relay in (inner, outer):
            await relay.start()
            stack.push_async_callback(relay.stop)
        redis = None
        if bus:
            options = redis_options(port := free_port())
            kept = running("redis-server", port, *options, folder=folder)
            redis = await stack.enter_async_context(kept)
        place = Place(folder, server, filled, chance, inner, outer, redis)
        place.site = Site(place.settings, folder)
        stack.push_async_callback(place.site.stop)
        await place.site.start()
        yield place


async def _fill(server: Server) -> Filled:
    async with server.opened() as opened_database, opened_database.transaction() as db:
        cast = await make_cast(db)
        box = await make_campaign(db, cast.city)
        ideas = [
            (await make_idea(db, box, cast.ada, f"Idea {number}")).id
            for number in range(HOT + QUIET)
        ]

        async def people(name: str, many: int) -> dict[int, str]:
            made = [await make_person(db, f"{name}{number} X") for number in range(many)]
            return {one.id: await begin_session(db, one.id) for one in made}

        return Filled(
            ideas[:HOT],
            ideas[HOT:],
            await people("Voter", VOTERS),
            await people("Talker", TALKERS),
            await people("Late", LATE),
            await people("Reader", READERS),
        )
