"""Processes that tell people and send mail are killed again and again.

Three of them work while deeds go on; each that is killed is replaced. Half of them die at any
moment, half in the midst of telling, of a digest, of handing a mail to the mail server, or right
after that. None may be lost, and none doubled: at the end each person was told once of each deed,
each of that is in one mail, and each person's mails came in their order. A mail over which a
process died after the server had taken it, and before that was noted, arrives twice with one
Message-ID: these are counted apart.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from ideahub.campaigns.models import Campaign
from ideahub.core.db import Database, open_database
from ideahub.core.events import Kind, record
from ideahub.core.outbox import WAITS, OutgoingMail
from ideahub.core.telling import MessageKind
from ideahub.notifications.models import Digest, Notification, Rhythm
from ideahub.notifications.wishing import choose
from tests.chaos.senders import PROCESSES, Midst, Workers
from tests.notifications.test_telling import follows
from tests.questions.faq import a_challenge
from tests.support.cast import make_cast, make_person
from tests.support.mail_sink import Sink, mail_server, text_of

PEOPLE = 8
# Deeds wait while so much is to be told or sent, so that people are told among kills, and not after
# them. At the end it is waited as long as something is done.
MOST_WAITING, PATIENCE_SECONDS = 100, 120.0
# How long to wait for a process to be in the midst of something, and then at most until it dies.
UNTIL_MIDST_SECONDS, IN_MIDST_SECONDS = 0.7, 0.01
LINK = re.compile(r"/notifications/(\d+)\b")
NUMBER = re.compile(r"<mail-(\d+)-")


class SlowSink(Sink):
    """Takes some milliseconds for each mail, so that processes die meanwhile."""

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self._chance = chance

    async def handle_DATA(self, *values: Any) -> str:  # noqa: N802
        """Takes a message."""
        await asyncio.sleep(self._chance.uniform(0.0, 0.01))
        answer = await super().handle_DATA(*values)
        await asyncio.sleep(self._chance.uniform(0.0, 0.01))
        return answer


class Outcome(NamedTuple):
    """What was counted: how often people should have been told and were; how many of that are in no
    mail or in several; mails, how many arrived twice with one Message-ID, and how many after a
    later one to the same person; and how many processes died in the midst of what."""

    due: int
    told: int
    lost: int
    doubled: int
    mails: int
    arrived_again: int
    out_of_order: int
    died_in: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether none was lost and none doubled, and all came in their order."""
        return self.due == self.told and not (self.lost or self.doubled or self.out_of_order)


async def shake(url: str, kills: int, chance: Random) -> Outcome:
    """Kills so many processes while deeds go on; returns what came of it."""
    async with _opened(url) as database:
        campaign = await _fill(database)
        sink = SlowSink(Random(chance.random()))
        died_in: Counter[str] = Counter()
        due = 0
        with mail_server(sink) as port:
            workers = Workers(url, port)
            try:
                for number in range(kills):
                    due += await _deed(database, campaign, due)
                    place = await _victim(workers, chance, any_moment=bool(number % 2))
                    midst = await workers.kill(place)
                    died_in.update([one.name for one in midst] or ["NOTHING"])
                await _until_all_is_sent(database, due)
            finally:
                await workers.end()
        return await _count(database, sink, due, died_in)


async def _victim(workers: Workers, chance: Random, *, any_moment: bool) -> int:
    """Waits for a moment to kill one, and returns which."""
    await workers.all_begun()
    if any_moment:
        await asyncio.sleep(chance.uniform(0.0, UNTIL_MIDST_SECONDS))
        return chance.randrange(PROCESSES)
    midst, until = chance.choice(list(Midst)), time.monotonic() + UNTIL_MIDST_SECONDS
    while (place := workers.in_the_midst_of(midst)) is None and time.monotonic() < until:
        await asyncio.sleep(0.001)
    await asyncio.sleep(chance.uniform(0.0, 0.002 if midst is Midst.NOTING else IN_MIDST_SECONDS))
    return chance.randrange(PROCESSES) if place is None else place


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


async def _deed(database: Database, campaign: Campaign, due: int) -> int:
    """Does a deed, unless much waits already; returns how many are to be told of it. `due` were to
    be told before."""
    async with database.transaction() as db:
        waiting = due - (await db.scalar(select(func.count(Notification.id))) or 0)
        waiting += await db.scalar(select(func.count()).where(WAITS)) or 0
        if waiting < MOST_WAITING:
            changed = ["phases", "prize"]
            await record(db, Kind.CAMPAIGN_CHANGED, None, on=campaign, changed=changed)
    await _hurry(database)
    return PEOPLE if waiting < MOST_WAITING else 0


async def _hurry(database: Database) -> None:
    """As if a day had passed: digests are due of all that waits."""
    async with database.transaction() as db:
        earlier = {"created_at": func.now() - timedelta(days=2)}
        await db.execute(update(Notification).where(Notification.awaits_mail).values(earlier))
        some = select(Digest.person_id).order_by(Digest.person_id).with_for_update(skip_locked=True)
        free = Digest.person_id.in_(list(await db.scalars(some)))
        await db.execute(update(Digest).where(free).values(last_sent_at=None, due_at=func.now()))


async def _until_all_is_sent(database: Database, due: int) -> None:
    until, before, quiet = time.monotonic() + PATIENCE_SECONDS, (-1, -1), 0
    while quiet < 3 and time.monotonic() < until:
        await _hurry(database)
        await asyncio.sleep(0.5)
        async with database.reading() as db:
            waits = await db.scalar(select(func.count()).where(WAITS)) or 0
            waits += await db.scalar(select(func.count()).where(Notification.awaits_mail)) or 0
            told = await db.scalar(select(func.count(Notification.id))) or 0
        if (waits, told) != before:
            until, before = time.monotonic() + PATIENCE_SECONDS, (waits, told)
        quiet = 0 if waits or told < due else quiet + 1


async def _count(database: Database, sink: Sink, due: int, died_in: Counter[str]) -> Outcome:
    messages = sink.messages
    once = {message["Message-ID"]: text_of(message) for message in messages}
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
        arrived_again=len(messages) - len(once),
        out_of_order=_out_of_order(messages),
        died_in=dict(sorted(died_in.items())),
    )


def _out_of_order(messages: Sequence[EmailMessage]) -> int:
    """How many arrived for the first time after one to the same person that was made later."""
    latest: dict[str, int] = {}
    seen: set[int] = set()
    late = 0
    for message in messages:
        number, to = int(NUMBER.findall(message["Message-ID"])[0]), message["To"]
        late += number not in seen and number < latest.get(to, 0)
        seen.add(number)
        latest[to] = max(latest.get(to, 0), number)
    return late
