"""What happened lately, in memory, so that a page that comes back is told at once whether it has
missed something. Thousands come back together when a server or a network was away."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import constant, rows_of
from ideahub.core.events import Event, Kind
from ideahub.realtime.concern import Concern, Place, places_of

# How many events are read at the start, and on how many ideas and campaigns any are remembered.
MOST_READ, MOST_PLACES = 20_000, 20_000

_last = (
    select(Event.kind, Event.campaign_id, Event.idea_id, Event.xact_id)
    .order_by(Event.xact_id.desc())
    .limit(constant(MOST_READ))
    .subquery()
)
# Of many votes for one idea one row.
LAST = select(
    _last.c.kind, _last.c.campaign_id, _last.c.idea_id, func.max(_last.c.xact_id).label("xact_id")
).group_by(_last.c.kind, _last.c.campaign_id, _last.c.idea_id)
REACH = select(func.count(), func.min(_last.c.xact_id))


class Recent:
    """The last event of each kind in each place, by the number of its transaction.

    It knows all events from the number `reaches` on that the hub has read. The others are still to
    be read and pushed, so whoever has joined their rooms before misses none of them.
    """

    def __init__(self) -> None:
        # None: nothing is known yet.
        self.reaches: int | None = None
        self._last: OrderedDict[Place, dict[Kind, int]] = OrderedDict()
        # The highest cursor for which the database said that something was missed; that remains so.
        self._missed: WeakKeyDictionary[Concern, int] = WeakKeyDictionary()

    async def read(self, db: AsyncSession) -> None:
        """Begins with what the database has, as far as that is little enough."""
        self._last.clear()
        last: Sequence[Any] = await rows_of(db, LAST, {})
        # Asked afterwards: what comes in between makes it reach less far, never further.
        ((number, oldest),) = await rows_of(db, REACH, {})
        # Of the oldest transaction perhaps only a part was read.
        self.reaches = oldest + 1 if number == MOST_READ else 0
        self.add(sorted(last, key=lambda event: event.xact_id))

    def add(self, events: Iterable[Event]) -> None:
        """Takes over events that were read."""
        for event in events:
            for place in places_of(event):
                kinds = self._last.setdefault(place, {})
                kind = Kind(event.kind)
                kinds[kind] = max(kinds.get(kind, 0), event.xact_id)
                self._last.move_to_end(place)
        while len(self._last) > MOST_PLACES:
            _place, kinds = self._last.popitem(last=False)
            self.reaches = max(self.reaches or 0, *kinds.values()) + 1

    def was_missed(self, concern: Concern, cursor: int) -> bool | None:
        """Whether there was such an event since the cursor; None where only the database knows."""
        if self.reaches is None or cursor < self.reaches:
            return None
        kinds = self._last.get(concern.place, {})
        newest = max((last for kind, last in kinds.items() if concern.has_kind(kind)), default=-1)
        if newest < cursor:
            return False
        if concern.where is None or cursor <= self._missed.get(concern, -1):
            return True
        return None

    async def ask(self, db: AsyncSession, concern: Concern, cursor: int) -> bool:
        """`was_missed`, by a query if need be."""
        known = self.was_missed(concern, cursor)
        if known is not None:
            return known
        (found,) = await rows_of(db, concern.since, {"cursor": cursor})
        if found[0]:
            self._missed[concern] = max(cursor, self._missed.get(concern, -1))
        return bool(found[0])
