"""Who is listening: sockets in rooms, each with a bounded queue of messages to send."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain

from ideahub.core.languages import language
from ideahub.realtime.frames import FrameProtocol, encode
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage

QUEUE_SIZE = 64
# Serving a large room in one go would starve requests; after this many sockets they get a turn.
TURN = 200

# Close codes the browser understands: come back at once, or sign in again.
COME_BACK = 1012
SIGNED_OUT = 4401


@dataclass(eq=False, slots=True)
class Listener:
    """One open socket. A number in the queue means: close with this code."""

    rooms: tuple[str, ...]
    person_id: int | None
    session_id: int | None
    # How long the session still holds when the socket opens; None for who is not signed in.
    session_seconds: float | None = None
    frames: FrameProtocol | None = None
    # That of the page which opened the socket.
    language: str = field(default_factory=language)
    queue: asyncio.Queue[str | int] = field(
        default_factory=lambda: asyncio.Queue(maxsize=QUEUE_SIZE)
    )
    # What is queued or just being sent: nothing may overtake it.
    waiting: int = 0

    def tell(self, message: str, frame: bytes | None = None) -> None:
        """Writes the frame if the socket can take it now, else queues the message.

        A listener too slow to follow is closed, comes back and catches up.
        """
        if frame and self.frames and not self.waiting and self.frames.write_frame(frame):
            return
        try:
            self.queue.put_nowait(message)
            self.waiting += 1
        except asyncio.QueueFull:
            self.close(COME_BACK)

    def close(self, code: int) -> None:
        """Drops what is queued and closes the socket."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(code)
        self.waiting += 1


class Rooms:
    """All listeners of this process."""

    def __init__(self) -> None:
        # Room → language → who listens.
        self._members: dict[str, dict[str, set[Listener]]] = defaultdict(dict)
        self._all: set[Listener] = set()
        self._languages: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._all)

    def join(self, listener: Listener) -> None:
        """From now on the listener hears its rooms."""
        self._all.add(listener)
        self._languages[listener.language] += 1
        for room in listener.rooms:
            self._members[room].setdefault(listener.language, set()).add(listener)

    def leave(self, listener: Listener) -> None:
        """The listener hears nothing any more; empty rooms vanish."""
        if listener not in self._all:
            return
        self._all.discard(listener)
        self._languages[listener.language] -= 1
        for room in listener.rooms:
            members = self._members[room]
            members[listener.language].discard(listener)
            if not members[listener.language]:
                del members[listener.language]
            if not members:
                del self._members[room]

    @property
    def commonest_language(self) -> str:
        """The one in which most listen."""
        return self._languages.most_common(1)[0][0]

    def languages(self, room: str) -> Collection[str]:
        """Those in which somebody listens there."""
        return self._members.get(room, {}).keys()

    async def tell(self, told: Iterable[RoomMessage]) -> None:
        """Writes each message once and queues it for everyone in its room whom it concerns."""
        for room, spoken, message in _messages(told):
            frame = encode(message)
            for turn, listener in enumerate(self._listeners(room, spoken)):
                listener.tell(message, frame)
                if turn % TURN == TURN - 1:
                    await asyncio.sleep(0)

    def close_session(self, session_id: int) -> None:
        """Closes the sockets of a session that has ended."""
        for listener in tuple(self._all):
            if listener.session_id == session_id:
                listener.close(SIGNED_OUT)

    def close_person(self, person_id: int) -> None:
        """Makes a person's sockets come back and be checked anew: their roles changed."""
        for listener in tuple(self._all):
            if listener.person_id == person_id:
                listener.close(COME_BACK)

    def close_room(self, room: str) -> None:
        """Makes everyone in a room come back and be checked anew."""
        for listener in self._listeners(room):
            listener.close(COME_BACK)

    def close_all(self) -> None:
        """The server stops: everyone is to come back when it is up again."""
        for listener in tuple(self._all):
            listener.close(COME_BACK)

    def _listeners(self, room: str, spoken: str | None = None) -> tuple[Listener, ...]:
        """Those in the room, all or with a language."""
        members = self._members.get(room, {})
        if spoken is not None:
            return tuple(members.get(spoken, ()))
        return tuple(chain.from_iterable(members.values()))


# The room, the language (None: all of them), what is sent.
Message = tuple[str, str | None, str]


def _messages(told: Iterable[RoomMessage]) -> list[Message]:
    pushes: dict[tuple[str, str], list[Push]] = defaultdict(list)
    others: list[Message] = []
    for message in told:
        match message:
            case Push():
                pushes[message.room, message.language].append(message)
            case Refresh():
                others.append((message.room, None, json.dumps({"refresh": True})))
            case NewItem():
                new = {"list": message.list_name, "id": message.item_id}
                others.append((message.room, None, json.dumps({"new": new})))
    together: list[Message] = [
        (room, spoken, "".join(map(_envelope, some))) for (room, spoken), some in pushes.items()
    ]
    return together + others


def _envelope(push: Push) -> str:
    return (
        f'<hx-partial hx-target="#{push.element_id}" hx-swap="{push.swap}">{push.html}</hx-partial>'
    )
