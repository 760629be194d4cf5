"""Keeps rendered pages until a deed changes them.

A stranger's page is the same for everybody who reads its language in its theme, and is kept
compressed and ready to send; what people who are signed in are shown is kept with places for what
is their own, see shared_pages.py. Each kept page knows the rooms whose deeds change it, by the
names that pages listen to ("idea:7", "ideas"), and is dropped by such a deed before anybody is told
of it. What no deed announces, such as "3 minutes ago" or the name of a person, is at most
KEPT_SECONDS old.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Generic, Protocol, TypeVar

from ideahub.core.events import Deed, Kind

KEPT_SECONDS = 10.0
MOST_BYTES = 32 * 1024 * 1024
# Of one page. Longer ones are rare, and would push out many others.
MOST_OF_ONE = 256 * 1024
# What a kept page takes beside its body.
OVERHEAD_BYTES = 2_000
# Rooms of which it is known when a deed last changed them.
MOST_REMEMBERED = 20_000
# The name that stands for all rooms: a deed that concerns every page.
ALL = "*"

Headers = list[tuple[bytes, bytes]]


class Keepable(Protocol):
    """What can be kept: the rooms whose deeds change it, and how many bytes it takes."""

    @property
    def rooms(self) -> frozenset[str]: ...

    @property
    def size(self) -> int: ...


Page = TypeVar("Page", bound=Keepable)


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A whole answer with status 200. `body` is compressed with gzip, `well` or else quickly;
    `not_modified` are the headers of the answer 304 to a browser that has this page already."""

    rooms: frozenset[str]
    headers: Headers
    not_modified: Headers
    etag: bytes
    body: bytes
    well: bool = False

    @property
    def size(self) -> int:
        """How many bytes it takes, about."""
        return len(self.body) + OVERHEAD_BYTES


class KeptPages(Generic[Page]):
    """The kept pages of one kind in one process, by everything that they depend on; when there are
    too many, those that were not asked for the longest are dropped.

    `seconds` is how old a page may become, `most_bytes` how much memory all of them may take.
    """

    def __init__(
        self,
        changes: Mapping[Kind, Sequence[str]],
        *,
        most_bytes: int = MOST_BYTES,
        seconds: float = KEPT_SECONDS,
    ) -> None:
        self.bytes = 0
        self._changes = changes
        self._most_bytes = most_bytes
        self.seconds = seconds
        self._pages: OrderedDict[Hashable, tuple[float, Page]] = OrderedDict()
        self._in_room: defaultdict[str, set[Hashable]] = defaultdict(set)
        # How many deeds were heard of; and for each room, which of them was the last.
        self.heard = 0
        self._changed: OrderedDict[str, int] = OrderedDict()
        self._forgotten = 0

    def __len__(self) -> int:
        return len(self._pages)

    def find(self, key: Hashable) -> Page | None:
        """The page, if it is kept and not too old."""
        found = self._pages.get(key)
        if found is None:
            return None
        until, kept = found
        if until < monotonic():
            self._drop(key)
            return None
        self._pages.move_to_end(key)
        return kept

    def keep(self, key: Hashable, kept: Page, since: int) -> None:
        """Keeps a page that was begun when `heard` was `since`; not if a deed has changed it
        meanwhile, as it may show what was before."""
        if kept.size > MOST_OF_ONE or self._has_changed(kept.rooms, since):
            return
        self._drop(key)
        self._pages[key] = monotonic() + self.seconds, kept
        self.bytes += kept.size
        for room in kept.rooms:
            self._in_room[room].add(key)
        while self.bytes > self._most_bytes:
            self._drop(next(iter(self._pages)))

    def replace(self, key: Hashable, kept: Page, better: Page) -> None:
        """Keeps the same page in a better form, until when it would have been kept anyway."""
        if (found := self._pages.get(key)) and found[1] is kept:
            self._pages[key] = found[0], better
            self.bytes += better.size - kept.size

    def heed(self, deeds: Iterable[Deed]) -> None:
        """Drops the pages that these deeds change; for all deeds, whichever process did them."""
        rooms = {room for deed in deeds for room in self._rooms_of(deed)}
        self.drop(rooms)

    def heed_own(self, deeds: Iterable[Deed]) -> None:
        """The same for deeds that this process has just committed, if one of them concerns all
        pages: what was hidden is shown to nobody a moment longer. Others come back in a moment."""
        if any(ALL in self._changes.get(deed.kind, ()) for deed in deeds):
            self.clear()

    def _rooms_of(self, deed: Deed) -> Iterator[str]:
        yield from self._changes.get(deed.kind, ())
        if deed.idea_id is not None:
            yield f"idea:{deed.idea_id}"
        if deed.campaign_id is not None:
            yield f"campaign:{deed.campaign_id}"

    def drop(self, rooms: Collection[str]) -> None:
        """Drops the pages that a deed in these rooms changes; all pages for ALL."""
        self.heard += 1
        if ALL in rooms:
            self.clear()
            return
        for room in rooms:
            self._changed.pop(room, None)
            self._changed[room] = self.heard
            for key in tuple(self._in_room.get(room, ())):
                self._drop(key)
        while len(self._changed) > MOST_REMEMBERED:
            self._forgotten = self._changed.popitem(last=False)[1]

    def clear(self) -> None:
        """Drops all pages, and those that are being rendered."""
        self.heard += 1
        self._forgotten = self.heard
        self._pages.clear()
        self._in_room.clear()
        self._changed.clear()
        self.bytes = 0

    def _has_changed(self, rooms: Iterable[str], since: int) -> bool:
        return since < self._forgotten or any(self._changed.get(room, 0) > since for room in rooms)

    def _drop(self, key: Hashable) -> None:
        found = self._pages.pop(key, None)
        if found is None:
            return
        kept = found[1]
        self.bytes -= kept.size
        for room in kept.rooms:
            keys = self._in_room[room]
            keys.discard(key)
            if not keys:
                del self._in_room[room]
