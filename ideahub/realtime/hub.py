"""The hub: reads each committed event, renders what it changes, and pushes that to the rooms."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from sqlalchemy import BigInteger, all_, and_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database, constant
from ideahub.core.events import OLDEST_OPEN, Deed, Event, Kind, deed_of
from ideahub.core.languages import in_language
from ideahub.realtime.announcements import Announcements, Notifications
from ideahub.realtime.doors import Doors
from ideahub.realtime.lending import Lending
from ideahub.realtime.listened import showing_to
from ideahub.realtime.next_reading import NextReading
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
# With the new horizon, as the same snapshot has it; one row without an event where there is none.
# Those that were read already are left out by the database: while a long transaction is open, they
# would be read again each time.
NEW_EVENTS = (
    select(OLDEST_OPEN, Event)
    .select_from(select(constant(1)).subquery("always"))
    .outerjoin(
        Event,
        and_(
            Event.xact_id >= bindparam("horizon", type_=BigInteger),
            Event.id != all_(bindparam("seen", type_=ARRAY(BigInteger))),
        ),
    )
    .order_by(Event.id)
)
ADMITTED_AT_ONCE, ADMISSION_SECONDS = 3, 120.0
# What happens is pushed at once, after a moment in which what belongs together comes in; what
# follows within MERGE_SECONDS is pushed together. So no element changes more than ten times a
# second, however hot an idea is.
GATHER_SECONDS, MERGE_SECONDS = 0.01, 0.1
# So long after it last read the table it may have missed a deed.
CURRENT_SECONDS = 3.0
RETRY_SECONDS = 1.0


class Hub:
    """Pushes what events change to the open pages of this process.

    An announcement only wakes it; it reads what happened from the table of events. It keeps
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
        announcements: Announcements | None = None,
        heed: Heed | None = None,
        merge_seconds: float = MERGE_SECONDS,
    ) -> None:
        self.database = database
        self.shows = shows
        self.acts = acts or {}
        self.announcements = announcements or Notifications(database)
        self.heed = heed
        self.rooms = Rooms()
        self.recent = Recent()
        self.doors = Doors()
        # With these sockets are let in by queries. They wait as long as it takes: a refused one
        # would only come again.
        self.admissions = Lending(database, ADMITTED_AT_ONCE, patience=ADMISSION_SECONDS)
        # Set while it reads what happens, at once or a second later.
        self.up = asyncio.Event()
        # On which connection of the announcements it has read everything.
        self._read_on = 0
        self._merge_seconds = merge_seconds
        self._woken = asyncio.Event()
        self._next_reading = NextReading(self._woken.set)
        self._horizon: int | None = None
        # The events that were read and are not below the horizon: number → transaction.
        self._seen: dict[int, int] = {}
        # When it last pushed something, by the loop's clock.
        self._pushed_at = 0.0
        self._read_at: float | None = None

    @property
    def listening(self) -> bool:
        """Whether it has read what happened, and is woken at once by what happens next."""
        connection = self.announcements.connection
        return self.up.is_set() and connection != 0 and connection == self._read_on

    def is_current(self) -> bool:
        """Whether it has just read all deeds, so that what is kept in memory can be relied on."""
        is_recent = self._read_at is not None and monotonic() - self._read_at < CURRENT_SECONDS
        return is_recent and self.listening

    async def hear_all(self) -> bool:
        """Waits until it has read all deeds that were committed before the call; whether it could
        within two seconds."""
        return self.is_current() and await self._next_reading.ended()

    def known_horizon(self) -> int | None:
        """The number below which it has heard of all deeds; None while it may have missed some."""
        return self._horizon if self.is_current() else None

    async def run(self) -> None:
        """Listens until cancelled; begins anew after a fault, and reads what it missed."""
        while True:
            try:
                async with self.announcements.listening(self._woken.set):
                    await self._listen()
            except ANY_FAULT as lost:  # its own connection, or one of the pool's
                log.warning("The listener lost its connection: %s", lost)
            except Exception:
                # A fault in our code must not stop the hub: no page would be updated any more.
                log.exception("The listener failed and begins anew")
            finally:
                self.up.clear()
                if self.database.replica:
                    self.database.replica.forget()
                self._read_at = None
                self.doors.forget()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        while True:
            # Before it reads: what is announced from now on is read by the next round.
            self._woken.clear()
            connection = self.announcements.connection
            await self.catch_up()
            self._read_on = connection
            self.up.set()
            await self._wait()
            if not (self._woken.is_set() and self.announcements.connection):
                # Nothing was heard: perhaps as nothing happened, perhaps as the connection is dead.
                await self.announcements.must_hear()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), self.announcements.look_seconds)
        except TimeoutError:
            return
        since = asyncio.get_running_loop().time() - self._pushed_at
        await asyncio.sleep(max(GATHER_SECONDS, self._merge_seconds - since))

    async def catch_up(self) -> None:
        """Reads the events that were committed since it last read, and pushes their changes; after
        a fault of the database it will read them again."""
        before = self._horizon, dict(self._seen)
        try:
            await self.rooms.send(await self._told())
        except ANY_FAULT:
            self._horizon, self._seen = before
            raise

    async def _told(self) -> list[RoomMessage]:
        """What the rooms are to be told of what is new; all else that has to be done about it is
        done by then."""
        async with self.database.reading(at_once=True) as db:
            began = monotonic()
            with self._next_reading.begun():
                events = await self._new_events(db)
                # Before anything is dropped: what is rendered anew must not be read from a replica
                # that does not have these deeds yet.
                await self._require_of_replica(db)
                if events and self.heed:
                    self.heed([deed_of(event) for event in events])
            self._read_at = began
            if not events:
                return []
            for event in events:
                for act in self.acts.get(event.kind, ()):
                    act(self.rooms, event)
            told = await self._shown(db, events) if len(self.rooms) else []
            # The pushes may show more than was there when the events were read.
            await self._require_of_replica(db)
        self._pushed_at = asyncio.get_running_loop().time()
        return told

    async def _new_events(self, db: AsyncSession) -> Sequence[Event]:
        if self._horizon is None:
            self._horizon = (await db.execute(HORIZON)).scalar_one()
            await self.recent.read(db)
            return []
        since = {"horizon": self._horizon, "seen": list(self._seen)}
        found: Sequence[Any] = (await db.execute(NEW_EVENTS, since)).all()
        horizon = found[0][0]
        events = [event for _horizon, event in found if event is not None]
        self._seen |= {event.id: event.xact_id for event in events}
        # What is below the horizon will not be read again.
        self._seen = {number: xact for number, xact in self._seen.items() if xact >= horizon}
        self._horizon = horizon
        # Before anything is awaited: whoever joins a room from here on is told that it has missed
        # these, and whoever joined before gets the pushes.
        self.recent.add(events)
        self.doors.hear(events)
        return events

    async def _require_of_replica(self, db: AsyncSession) -> None:
        if self.database.replica:
            await self.database.replica.note(db)

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
            with in_language(spoken), showing_to(self.rooms.has_listeners):
                return await show(db, event)
        except ANY_FAULT:
            raise
        except Exception:
            # An error in one template must not stop the pushes to other rooms.
            log.exception("Could not show %s %s", event.kind, event.id)
            return ()
