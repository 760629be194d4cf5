"""Remembers for seconds which rooms are open to everyone, so that thousands who come back at once
do not ask for the same room thousands of times."""

from collections import OrderedDict
from collections.abc import Iterable
from time import monotonic

from ideahub.core.events import Event, Kind
from ideahub.realtime.concern import Concern

SECONDS = 5.0
MOST_ROOMS_KNOWN, LONGEST_NAME = 10_000, 40
# Of these there are many, and they change nothing of who may see what. After any other event it is
# looked up again.
HARMLESS = frozenset({Kind.VOTE_CAST, Kind.VOTE_WITHDRAWN, Kind.VOTE_NAMED})


class Doors:
    """What strangers may listen to, and so everyone: a room's Concern, or None for a room that is
    not open to strangers."""

    def __init__(self) -> None:
        # How often all of it was forgotten. What was looked up before is not remembered afterwards.
        self.changes = 0
        self._known: OrderedDict[str, tuple[float, Concern | None]] = OrderedDict()

    def hear(self, events: Iterable[Event]) -> None:
        """Forgets all where one of the events may change who may see something."""
        if any(event.kind not in HARMLESS for event in events):
            self.forget()

    def forget(self) -> None:
        """Forgets all of it."""
        self.changes += 1
        self._known.clear()

    def remember(self, room: str, concern: Concern | None, changes: int) -> None:
        """Keeps what was looked up since `changes`."""
        if changes != self.changes or len(room) > LONGEST_NAME:
            return
        self._known[room] = monotonic() + SECONDS, concern
        if len(self._known) > MOST_ROOMS_KNOWN:
            self._known.popitem(last=False)

    def knows(self, room: str) -> bool:
        """Whether it is known if the room is open to everyone."""
        until, _concern = self._known.get(room, (0.0, None))
        return monotonic() < until

    def concern_of(self, room: str) -> Concern | None:
        """The Concern of a room that is known to be open to everyone; None of any other."""
        return self._known[room][1] if self.knows(room) else None
