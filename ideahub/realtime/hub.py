"""The hub: reads each committed event, renders what it changes, and pushes that to the rooms."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic

import asyncpg
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.core.connection_queue import ConnectionQueue
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database
from ideahub.core.events import CHANNEL, OLDEST_OPEN, Deed, Event, Kind, deed_of
from ideahub.core.languages import in_language
from ideahub.realtime.doors import Doors
from ideahub.realtime.push import Push, RoomMessage
from ideahub.realtime.recent import Recent
from ideahub.realtime.rooms import Rooms

# Renders what an event changed on open pages, in the current language.
Show = Callable[[AsyncSession, Event], Awaitable[Sequence[RoomMessage]]]
Shows = Mapping[Kind, Sequence[Show]]
# What an event does to open sockets: it closes those that may listen no longer.
Act = Callable[[Rooms, Event], None]
# Hears of deeds, whichever process did them, before anybody is told of them.
Heed = Callable[[Sequence[Deed]], None]

log = logging.getLogger(__name__)

HORIZON = select(OLDEST_OPEN)
ADMITTED_AT_ONCE, ADMISSION_SECONDS = 3, 120.0
MERGE_SECONDS = 0.05
KEEPALIVE_SECONDS = 1.0
# So long after it last read the table it may have missed a deed.
CURRENT_SECONDS = 3.0
RETRY_SECONDS = 1.0


class Hub:
    """Pushes what events change to the open pages of this process.

    PostgreSQL's NOTIFY only wakes it; it reads what happened from the table of events. It keeps
    a horizon: the number of the oldest transaction that was open when it last read. An event
    that it has not seen has this number or a higher one, in whatever order transactions commit.
    So nothing is missed by a lost connection, a lost notification or a slow transaction.
    """

    def __init__(
        self,
        database: Database,
        shows: Shows,
        *,
        acts: Mapping[Kind, Sequence[Act]] | None = None,
        heed: Heed | None = None,
        merge_seconds: float = MERGE_SECONDS,
    ) -> None:
        self.database = database
        self.shows = shows
        self.acts = acts or {}
        self.heed = heed
        self.rooms = Rooms()
        self.recent = Recent()
        self.doors = Doors()
        # How many sockets are let in by queries at once. They wait as long as it takes: a refused
        # one would only come again.
        self.admissions = ConnectionQueue(ADMITTED_AT_ONCE, patience=ADMISSION_SECONDS)
        self.up = asyncio.Event()
        self._merge_seconds = merge_seconds
        self._woken = asyncio.Event()
        self._horizon: int | None = None
        self._seen: set[int] = set()
        self._read_at: float | None = None

    @property
    def listening(self) -> bool:
        """Whether its connection is up, so that it is woken by each event."""
        return self.up.is_set()

    def is_current(self) -> bool:
        """Whether it has just read all deeds, so that what is kept in memory can be relied on."""
        return self._read_at is not None and monotonic() - self._read_at < CURRENT_SECONDS

    def known_horizon(self) -> int | None:
        """The number below which it has heard of all deeds; None while it may have missed some."""
        return self._horizon if self.is_current() else None

    def _lose(self) -> None:
        self.up.clear()
        self._read_at = None
        self._woken.set()

    async def run(self) -> None:
        """Listens until cancelled; opens a lost connection again, and reads what it missed."""
        while True:
            try:
                await self._listen()
            except ANY_FAULT as lost:  # its own connection, or one of the pool's
                log.warning("The listener lost its connection: %s", lost)
            except Exception:
                # A fault in our code must not stop the hub: no page would be updated any more.
                log.exception("The listener failed and begins anew")
            finally:
                self._lose()
                self.doors.forget()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        connection = await _connect(self.database)
        try:
            await connection.add_listener(CHANNEL, lambda *heard: self._woken.set())
            connection.add_termination_listener(lambda gone: self._lose())
            self.up.set()
            while True:
                await self.catch_up()
                await self._wait()
                await connection.execute("select 1", timeout=KEEPALIVE_SECONDS)
        finally:
            connection.terminate()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), KEEPALIVE_SECONDS)
        except TimeoutError:
            return
        # Events within this time are pushed together, and each element only once.
        await asyncio.sleep(self._merge_seconds)
        self._woken.clear()

    async def catch_up(self) -> None:
        """Reads the events that were committed since it last read, and pushes their changes."""
        async with self.database.reading() as db:
            began = monotonic()
            events = await self._new_events(db)
            if events and self.heed:
                self.heed([deed_of(event) for event in events])
            if self.up.is_set():
                self._read_at = began
            if not events:
                return
            for event in events:
                for act in self.acts.get(event.kind, ()):
                    act(self.rooms, event)
            told = await self._shown(db, events) if len(self.rooms) else []
        await self.rooms.send(told)

    async def _new_events(self, db: AsyncSession) -> list[Event]:
        horizon = (await db.execute(HORIZON)).scalar_one()
        if self._horizon is None:
            self._horizon = horizon
            await self.recent.read(db)
            return []
        since = Event.xact_id >= self._horizon
        found = (await db.scalars(select(Event).where(since).order_by(Event.id))).all()
        events = [event for event in found if event.id not in self._seen]
        # Only events that will be read again have to be remembered.
        self._seen = {event.id for event in found if event.xact_id >= horizon}
        self._horizon = horizon
        # Before anything is awaited: whoever joins a room from here on is told that it has missed
        # these, and whoever joined before gets the pushes.
        self.recent.add(events)
        self.doors.hear(events)
        return events

    async def _shown(self, db: AsyncSession, events: Sequence[Event]) -> list[RoomMessage]:
        latest: dict[tuple[Show, int | None, int | None, str | None, int | None], Event] = {}
        for event in events:
            for show in self.shows.get(event.kind, ()):
                subject = event.subject_type, event.subject_id
                key = (show, event.campaign_id, event.idea_id, *subject)
                latest.pop(key, None)
                latest[key] = event
        told: dict[tuple[str, ...], RoomMessage] = {}
        for (show, *_), event in latest.items():
            for message in await self._in_each_language(show, db, event):
                told[message.key] = message
        return list(told.values())

    async def _in_each_language(
        self, show: Show, db: AsyncSession, event: Event
    ) -> list[RoomMessage]:
        # Only the pushes say which rooms they are for, so it is rendered in one language first.
        first = self.rooms.commonest_language
        told = list(await self._try(show, db, event, first))
        pushed_in = {message.room for message in told if isinstance(message, Push)}
        for spoken in {code for room in pushed_in for code in self.rooms.languages(room)} - {first}:
            told += await self._try(show, db, event, spoken)
        return told

    async def _try(
        self, show: Show, db: AsyncSession, event: Event, spoken: str
    ) -> Sequence[RoomMessage]:
        try:
            with in_language(spoken):
                return await show(db, event)
        except Exception:
            # An error in one template must not stop the pushes to other rooms.
            log.exception("Could not show %s %s", event.kind, event.id)
            return ()


async def _connect(database: Database) -> asyncpg.Connection:
    bind = database.bind
    engine = bind if isinstance(bind, AsyncEngine) else bind.engine
    url = make_url(engine.url)
    connection: asyncpg.Connection = await asyncpg.connect(
        url.set(drivername="postgresql").render_as_string(hide_password=False), timeout=5
    )
    return connection
