"""The hub: reads each committed event, renders what it changes, and pushes that to the rooms."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

import asyncpg
from sqlalchemy import BigInteger, all_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.core.connection_queue import ConnectionQueue
from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database
from ideahub.core.events import CHANNEL, OLDEST_OPEN, Event, Kind
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

log = logging.getLogger(__name__)

HORIZON = select(OLDEST_OPEN)
# Those that were read already are left out by the database: while a long transaction is open, they
# would be read again each time.
NEW_EVENTS = (
    select(Event)
    .where(
        Event.xact_id >= bindparam("horizon", type_=BigInteger),
        Event.id != all_(bindparam("seen", type_=ARRAY(BigInteger))),
    )
    .order_by(Event.id)
)
ADMITTED_AT_ONCE, ADMISSION_SECONDS = 3, 120.0
# What happens is pushed at once, after a moment in which what belongs together comes in; what
# follows within MERGE_SECONDS is pushed together. So no element changes more than ten times a
# second, however hot an idea is.
GATHER_SECONDS, MERGE_SECONDS = 0.01, 0.1
KEEPALIVE_SECONDS = 5.0
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
        merge_seconds: float = MERGE_SECONDS,
    ) -> None:
        self.database = database
        self.shows = shows
        self.acts = acts or {}
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
        # The events that were read and are not below the horizon: number → transaction.
        self._seen: dict[int, int] = {}
        # When it last pushed something, by the loop's clock.
        self._pushed_at = 0.0

    @property
    def listening(self) -> bool:
        """Whether its connection is up, so that it is woken by each event."""
        return self.up.is_set()

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
                self.up.clear()
                self.doors.forget()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        connection = await _connect(self.database)
        try:
            await connection.add_listener(CHANNEL, lambda *heard: self._woken.set())
            connection.add_termination_listener(lambda gone: self._woken.set())
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
        since = asyncio.get_running_loop().time() - self._pushed_at
        await asyncio.sleep(max(GATHER_SECONDS, self._merge_seconds - since))
        self._woken.clear()

    async def catch_up(self) -> None:
        """Reads the events that were committed since it last read, and pushes their changes."""
        async with self.database.reading() as db:
            events = await self._new_events(db)
            if not events:
                return
            for event in events:
                for act in self.acts.get(event.kind, ()):
                    act(self.rooms, event)
            told = await self._shown(db, events) if len(self.rooms) else []
        await self.rooms.send(told)
        self._pushed_at = asyncio.get_running_loop().time()

    async def _new_events(self, db: AsyncSession) -> Sequence[Event]:
        horizon = (await db.execute(HORIZON)).scalar_one()
        if self._horizon is None:
            self._horizon = horizon
            await self.recent.read(db)
            return []
        since = {"horizon": self._horizon, "seen": list(self._seen)}
        events = (await db.scalars(NEW_EVENTS, since)).all()
        self._seen |= {event.id: event.xact_id for event in events}
        # What is below the horizon will not be read again.
        self._seen = {number: xact for number, xact in self._seen.items() if xact >= horizon}
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
