"""The open sockets in rooms, each with a bounded queue of messages."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import chain
from queue import SimpleQueue

from ideahub.core.languages import language
from ideahub.realtime.encoding import Frames, encode, encode_for_all
from ideahub.realtime.frames import FrameProtocol
from ideahub.realtime.push import NewItem, Push, Refresh, RoomMessage, Turn

QUEUE_SIZE = 64
# Serving a large room at once would keep requests waiting; they get a turn after so many sockets.
SOCKETS_PER_TURN = 200

# Open at once: of a person, and of the strangers of one network, who may be a whole office.
MOST_OF_PERSON, MOST_OF_NETWORK = 50, 500

# Close codes that the page's script knows: connect again at once, or ask to sign in again.
RECONNECT = 1012
SIGNED_OUT = 4401


@dataclass(eq=False, slots=True)
class Listener:
    """An open socket. A number in its queue is the code to close it with."""

    rooms: tuple[str, ...]
    person_id: int | None
    session_id: int | None
    # How long the session is still valid when the socket opens; None for strangers.
    session_seconds: float | None = None
    # Whether using the site makes it longer: then the page asks again at the end.
    may_last_longer: bool = False
    # None until the handshake is complete.
    frames: FrameProtocol | None = None
    # The network from which it was opened.
    network: str = ""
    # The language of the page that opened the socket.
    language: str = field(default_factory=language)
    # What waits until the socket takes more; most never need one.
    _queue: SimpleQueue[str | int] | None = None
    _house: "Rooms | None" = None
    _ending: asyncio.TimerHandle | None = None

    @property
    def owner(self) -> tuple[str, int | str]:
        """Whose socket it is, as far as that is known: a person's, or a network's."""
        return ("network", self.network) if self.person_id is None else ("person", self.person_id)

    @property
    def queue(self) -> SimpleQueue[str | int]:
        """What waits to be sent."""
        if self._queue is None:
            self._queue = SimpleQueue()
        return self._queue

    @property
    def _waiting(self) -> int:
        return 0 if self._queue is None else self._queue.qsize()

    def begin(self, frames: FrameProtocol, house: "Rooms") -> None:
        """Listens until the socket or the session ends; sends what has waited for it."""
        self.frames, self._house = frames, house
        if self.session_seconds is not None:
            loop = asyncio.get_running_loop()
            code = RECONNECT if self.may_last_longer else SIGNED_OUT
            self._ending = loop.call_later(self.session_seconds, self.close, code)
        frames.keep(self)
        self.resume()

    def gone(self) -> None:
        """Leaves its rooms."""
        if self._ending is not None:
            self._ending.cancel()
        if self._house is not None:
            self._house.leave(self)
        self.frames = None

    def send(self, message: str, encoded: Frames | None = None) -> None:
        """Writes the message if the socket can take it now, else queues it.

        `encoded` is the message, where it is sent to many. A listener whose queue is full is
        closed; its page connects again and catches up.
        """
        if encoded and self.frames and not self._waiting and self.frames.write_shared(encoded):
            return
        if self._waiting < QUEUE_SIZE:
            self.queue.put_nowait(message)
        else:
            self.close(RECONNECT)

    def close(self, code: int) -> None:
        """Drops what is queued and closes the socket."""
        self._queue = None
        if self.frames:
            self.frames.close(code)
        else:
            self.queue.put_nowait(code)

    def resume(self) -> None:
        """Sends what is queued, as far as the socket takes it."""
        while self._waiting and self.frames and self.frames.takes_more:
            message = self.queue.get_nowait()
            if isinstance(message, int):
                self.frames.close(message)
            else:
                self.frames.write_frame(encode(message))


def own_room(person_id: int) -> str:
    """The room in which each open page of a person is, and nobody else's; no page asks for it."""
    return f"told:{person_id}"


class Rooms:
    """All listeners of this process."""

    def __init__(self) -> None:
        # Room → language → who listens.
        self._members: dict[str, dict[str, set[Listener]]] = defaultdict(dict)
        self._all: set[Listener] = set()
        self._languages: Counter[str] = Counter()
        self._owners: Counter[tuple[str, int | str]] = Counter()
        # Of those who are signed in: session → sockets, person → sockets.
        self._sessions: dict[int, set[Listener]] = {}
        self._people: dict[int, set[Listener]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def has_place_for(self, listener: Listener) -> bool:
        """Whether its person, or a stranger's network, has fewer sockets open than it may have."""
        most = MOST_OF_NETWORK if listener.person_id is None else MOST_OF_PERSON
        return self._owners[listener.owner] < most

    def join(self, listener: Listener) -> None:
        """Adds the listener to its rooms."""
        self._all.add(listener)
        self._languages[listener.language] += 1
        self._owners[listener.owner] += 1
        if listener.session_id is not None:
            self._sessions.setdefault(listener.session_id, set()).add(listener)
        if listener.person_id is not None:
            self._people.setdefault(listener.person_id, set()).add(listener)
        for room in listener.rooms:
            self._members[room].setdefault(listener.language, set()).add(listener)

    def leave(self, listener: Listener) -> None:
        """Removes the listener from its rooms; does nothing for one that has left."""
        if listener not in self._all:
            return
        self._all.discard(listener)
        self._languages[listener.language] -= 1
        self._owners[listener.owner] -= 1
        if not self._owners[listener.owner]:
            del self._owners[listener.owner]
        _remove(self._sessions, listener.session_id, listener)
        _remove(self._people, listener.person_id, listener)
        for room in listener.rooms:
            members = self._members[room]
            members[listener.language].discard(listener)
            if not members[listener.language]:
                del members[listener.language]
            if not members:
                del self._members[room]

    @property
    def commonest_language(self) -> str:
        """The language of most listeners; there has to be one."""
        return self._languages.most_common(1)[0][0]

    def languages(self, room: str) -> Collection[str]:
        """The languages of the listeners in the room."""
        return self._members.get(room, {}).keys()

    def has_listeners(self, room: str) -> bool:
        """Whether anybody listens in the room."""
        return room in self._members

    async def send(self, told: Iterable[RoomMessage]) -> None:
        """Sends each message to everyone in its room; a push only to those of its language."""
        for room, spoken, message in _messages(told):
            frames = encode_for_all(message)
            for sent, listener in enumerate(self._listeners(room, spoken), start=1):
                listener.send(message, frames)
                if sent % SOCKETS_PER_TURN == 0:
                    await asyncio.sleep(0)

    def close_session(self, session_id: int) -> None:
        """Closes the sockets of a session that has ended; their pages ask to sign in again."""
        for listener in tuple(self._sessions.get(session_id, ())):
            listener.close(SIGNED_OUT)

    def close_person(self, person_id: int) -> None:
        """Makes a person's pages connect again, so that their changed roles are checked."""
        for listener in tuple(self._people.get(person_id, ())):
            listener.close(RECONNECT)

    def close_room(self, room: str) -> None:
        """Makes all pages in a room connect again, so that it is checked who may listen."""
        for listener in self._listeners(room):
            listener.close(RECONNECT)

    def close_all(self) -> None:
        """Makes all pages connect again, when the server stops."""
        for listener in tuple(self._all):
            listener.close(RECONNECT)

    def _listeners(self, room: str, spoken: str | None = None) -> tuple[Listener, ...]:
        """The listeners in the room, all or those of one language."""
        members = self._members.get(room, {})
        if spoken is not None:
            return tuple(members.get(spoken, ()))
        return tuple(chain.from_iterable(members.values()))


def _remove(index: dict[int, set[Listener]], number: int | None, listener: Listener) -> None:
    some = index.get(number, set()) if number is not None else set()
    some.discard(listener)
    if number is not None and not some:
        index.pop(number, None)


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
            case Turn():
                turned = {"campaign": message.campaign_id, "accepts": " ".join(message.accepts)}
                others.append((message.room, None, json.dumps({"turn": turned})))
    together: list[Message] = [
        (room, spoken, "".join(map(_envelope, some))) for (room, spoken), some in pushes.items()
    ]
    return together + others


def _envelope(push: Push) -> str:
    return (
        f'<hx-partial hx-target="#{push.element_id}" hx-swap="{push.swap}">{push.html}</hx-partial>'
    )
