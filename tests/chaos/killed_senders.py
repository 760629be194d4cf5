"""Processes that tell people and send mail, and are killed again and again.

Three of them tell, make digests, and send mail to a real SMTP server, while deeds go on; each that
is killed is replaced. None may be lost, and none doubled: at the end each person was told once of
each deed, and each of that is in one mail. A mail over which a process died after the server had
taken it, and before that was noted, arrives twice with one Message-ID: these are counted apart.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from random import Random
from typing import NamedTuple

import uvloop
from sqlalchemy import func, select, update

import ideahub.features  # noqa: F401  all tables
from ideahub.campaigns.models import Campaign
from ideahub.core import outbox
from ideahub.core.config import read_config
from ideahub.core.db import Database, open_database
from ideahub.core.events import Kind, record
from ideahub.core.mailing import Mailer
from ideahub.core.outbox import WAITS, OutgoingMail, run_outbox
from ideahub.core.site import Site
from ideahub.core.telling import MessageKind
from ideahub.notifications import digests, telling
from ideahub.notifications.models import Digest, Notification, Rhythm
from ideahub.notifications.wishing import choose
from tests.notifications.test_telling import follows
from tests.questions.faq import a_challenge
from tests.support.cast import make_cast, make_person
from tests.support.mail_sink import Sink, mail_server, text_of

PROCESSES, PEOPLE = 3, 8
PATIENCE_SECONDS = 240.0
LINK = re.compile(r"/notifications/(\d+)\b")


class Outcome(NamedTuple):
    """What was counted: how often people should have been told and were, how many of that are in no
    mail or in several, and how many mails arrived twice with one Message-ID."""

    due: int
    told: int
    lost: int
    doubled: int
    mails: int
    arrived_again: int

    @property
    def holds(self) -> bool:
        """Whether none was lost and none doubled."""
        return self.due == self.told and not self.lost and not self.doubled


def work(url: str, port: int) -> None:
    """What each process does until it is killed."""
    # Mail of a dead process is taken by another one after seconds instead of minutes.
    outbox.HELD, outbox.LATEST_SECONDS, outbox.EVERY_SECONDS = timedelta(seconds=5), 1.0, 0.05
    telling.EVERY_SECONDS = digests.EVERY_SECONDS = 0.05

    async def run() -> None:
        settings = {"IDEAHUB_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=no"}
        config = replace(read_config(settings), mails_per_minute=60_000)
        database = open_database(url, size=4)
        database.serve(Site("https://ideas.lindenau"))
        await asyncio.gather(
            telling.run_telling(database),
            digests.run_digests(database),
            run_outbox(database, Mailer(config)),
        )

    uvloop.run(run())


class Workers:
    """The processes; one that is killed is replaced."""

    def __init__(self, url: str, port: int) -> None:
        self._context: ForkServerContext = get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self._of = url, port
        self._running = [self._start() for _number in range(PROCESSES)]

    def _start(self) -> ForkServerProcess:
        process = self._context.Process(target=work, args=self._of, daemon=True)
        process.start()
        return process

    async def kill(self, number: int) -> None:
        """Kills one of them, and starts another."""
        await self._end(number)
        self._running[number] = self._start()

    async def end(self) -> None:
        """Ends all of them."""
        for number in range(PROCESSES):
            await self._end(number)

    async def _end(self, number: int) -> None:
        self._running[number].kill()
        await asyncio.to_thread(self._running[number].join)


async def shake(url: str, kills: int, chance: Random) -> Outcome:
    """Kills so many processes while deeds go on; returns what came of it."""
    async with _opened(url) as database:
        campaign = await _fill(database)
        sink = Sink()
        with mail_server(sink) as port:
            workers = Workers(url, port)
            try:
                for _kill in range(kills):
                    await _deed(database, campaign)
                    await asyncio.sleep(chance.uniform(0.0, 0.3))
                    await workers.kill(chance.randrange(PROCESSES))
                await _until_all_is_sent(database)
            finally:
                await workers.end()
        return await _count(database, sink, kills * PEOPLE)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url, size=2)
    yield database
    await database.bind.dispose()  # type: ignore[union-attr]


async def _fill(database: Database) -> Campaign:
    """A challenge that people follow: half of them get mail at once, half get digests."""
    async with database.transaction() as db:
        campaign = await a_challenge(db, await make_cast(db))
        for number in range(PEOPLE):
            person = await make_person(db, f"P{number} Reader")
            person.email = f"p{number}@mail.lindenau"
            await follows(db, campaign, person)
            if number % 2:
                await choose(db, person.id, {MessageKind.NEWS: Rhythm.DAILY}, {})
        return campaign


async def _deed(database: Database, campaign: Campaign) -> None:
    async with database.transaction() as db:
        await record(db, Kind.CAMPAIGN_CHANGED, None, on=campaign, changed=["phases", "prize"])
    await _hurry(database)


async def _hurry(database: Database) -> None:
    """As if a day had passed: digests are due of all that waits."""
    async with database.transaction() as db:
        earlier = {"created_at": func.now() - timedelta(days=2)}
        await db.execute(update(Notification).where(Notification.awaits_mail).values(earlier))
        some = select(Digest.person_id).order_by(Digest.person_id).with_for_update(skip_locked=True)
        free = Digest.person_id.in_(list(await db.scalars(some)))
        await db.execute(update(Digest).where(free).values(last_sent_at=None, due_at=func.now()))


async def _until_all_is_sent(database: Database) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    quiet = 0
    while quiet < 3 and time.monotonic() < until:
        await _hurry(database)
        await asyncio.sleep(1.0)
        async with database.reading() as db:
            waits = await db.scalar(select(func.count()).where(WAITS)) or 0
            waits += await db.scalar(select(func.count()).where(Notification.awaits_mail)) or 0
        quiet = 0 if waits else quiet + 1


async def _count(database: Database, sink: Sink, due: int) -> Outcome:
    bodies = [(message["Message-ID"], text_of(message)) for message in sink.messages]
    once = dict(bodies)
    in_mails = Counter(int(number) for text in once.values() for number in set(LINK.findall(text)))
    async with database.reading() as db:
        told = list(await db.scalars(select(Notification.id)))
        mails = await db.scalar(select(func.count(OutgoingMail.id))) or 0
    return Outcome(
        due=due,
        told=len(told),
        lost=sum(number not in in_mails for number in told),
        doubled=sum(count > 1 for count in in_mails.values()),
        mails=mails,
        arrived_again=len(bodies) - len(once),
    )
