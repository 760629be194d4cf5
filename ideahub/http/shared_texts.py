"""The texts of shared pages: cut where something is a viewer's own, and put together for each.

What lies between places that hardly any two viewers have in common is kept ready to send,
compressed, for the last few combinations of states in it. A gzip stream may consist of parts that
were compressed each by itself (RFC 1951: blocks, after a full flush), so that for an answer only
its checksum is computed.
"""

import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from ideahub.http.compressing import QUICKLY
from ideahub.http.own_parts import MARKS, NUMBER, FindOwn, OwnContext, OwnPlace

# A shorter text is sent as it is.
LEAST_BYTES = 300
# Places in one stretch, and the combinations of states that are kept of it: with more places hardly
# two viewers have one in common, with fewer it is compressed less well.
MOST_PLACES, MOST_KEPT = 4, 8
# RFC 1952: deflated, without a name or time, on no system in particular.
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
# RFC 1951: the last block, which is empty.
LAST_BLOCK = b"\x03\x00"

States = Mapping[FindOwn, Mapping[int, Any]]


class Chunk:
    """A part of a page. The digest is of what is the same whenever it is rendered."""

    __slots__ = ("_packed", "digest", "raw")

    def __init__(self, text: str, cursor: bytes) -> None:
        self.raw = text.encode()
        # The cursor changes with every deed on the site, which is no reason to send a page again.
        self.digest = blake2b(self.raw.replace(cursor, b""), digest_size=12).digest()
        self._packed = b""

    @property
    def packed(self) -> bytes:
        """The same as blocks of a deflated stream; compressed when it is first sent so."""
        if not self._packed:
            self._packed = _packed(self.raw)
        return self._packed


# None stands for the viewer's number.
Chunks = list[Chunk | None]


class FilledText:
    """A page for one viewer."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks

    @property
    def raw(self) -> bytes:
        """The text, encoded."""
        return b"".join([chunk.raw for chunk in self._chunks])

    @property
    def etag(self) -> str:
        """The value of the ETag header."""
        digests = b"".join([chunk.digest for chunk in self._chunks])
        return f'W/"{blake2b(digests, digest_size=12).hexdigest()}"'

    @property
    def gzipped(self) -> bytes:
        """The text in gzip's format."""
        checksum = length = 0
        for chunk in self._chunks:
            checksum = zlib.crc32(chunk.raw, checksum)
            length += len(chunk.raw)
        ending = checksum.to_bytes(4, "little") + length.to_bytes(4, "little")
        packed = [chunk.packed for chunk in self._chunks]
        return b"".join([HEADER, *packed, LAST_BLOCK, ending])


class SharedText:
    """The text of a page with places for own parts, in one language, rendered at this cursor."""

    def __init__(self, text: str, places: Sequence[OwnPlace], cursor: int) -> None:
        self.length = len(text)
        self._cursor = f"cursor={cursor}".encode()
        # Texts and places in turn, from a text to a text.
        pieces = MARKS.split(text)
        texts, marks = pieces[::3], zip(pieces[1::3], pieces[2::3], strict=True)
        self._parts: list[Stretch | OwnPlace | None] = []
        self._asked: dict[FindOwn, list[OwnPlace]] = {}
        # What stands at places where few have something of their own, for all others.
        self._as_others: dict[int, Chunks] = {}
        stretch = Stretch(texts[0])
        for (is_number, index), after in zip(marks, texts[1:], strict=True):
            place = None if is_number else places[int(index)]
            if place:
                self._asked.setdefault(place.part.find, []).append(place)
            if place and place.part.few:
                stretch.add(place, after)
                if stretch.is_full:
                    self._parts.append(stretch)
                    stretch = Stretch("")
            else:
                self._parts += stretch, place
                stretch = Stretch(after)
        self._parts.append(stretch)

    async def filled(self, context: OwnContext) -> FilledText:
        """The text for one viewer."""
        states: States = {}
        if context.viewer.signed_in:
            states = {find: await find(context, places) for find, places in self._asked.items()}
        number = Chunk(str(context.viewer.id or ""), self._cursor)
        return FilledText([chunk or number for chunk in self._chunks(states)])

    def _chunks(self, states: States) -> Iterator[Chunk | None]:
        for part in self._parts:
            if isinstance(part, Stretch):
                yield from part.chunks(states, self._cursor)
            elif part is None:
                yield None
            else:
                yield from self._own(part, state_of(part, states))

    def _own(self, place: OwnPlace, state: Any) -> Chunks:
        if state != place.part.otherwise:
            return chunked(place.text(state), self._cursor)
        if id(place) not in self._as_others:
            self._as_others[id(place)] = chunked(place.text(state), self._cursor)
        return self._as_others[id(place)]


class Stretch:
    """A part of a page in which own parts have few states."""

    def __init__(self, text: str) -> None:
        self._texts = [text]
        self._places: list[OwnPlace] = []
        self._kept: OrderedDict[tuple[Any, ...], Chunks] = OrderedDict()

    @property
    def is_full(self) -> bool:
        """Whether another place belongs into another stretch."""
        return len(self._places) >= MOST_PLACES

    def add(self, place: OwnPlace, after: str) -> None:
        """Adds a place, and the text after it."""
        self._places.append(place)
        self._texts.append(after)

    def chunks(self, states: States, cursor: bytes) -> Chunks:
        """The stretch in these states."""
        own = tuple([state_of(place, states) for place in self._places])
        if own not in self._kept:
            self._kept[own] = chunked(self._text(own), cursor)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(own)
        return self._kept[own]

    def _text(self, own: Sequence[Any]) -> str:
        texts = [self._texts[0]]
        for place, state, after in zip(self._places, own, self._texts[1:], strict=True):
            texts += place.text(state), after
        return "".join(texts)


def state_of(place: OwnPlace, states: States) -> Any:
    """The state of the own part in this place."""
    return states.get(place.part.find, {}).get(place.number, place.part.otherwise)


def chunked(text: str, cursor: bytes) -> Chunks:
    """The text in chunks, between which the viewer's number stands."""
    first, *others = text.split(NUMBER)
    found: Chunks = [Chunk(first, cursor)]
    for other in others:
        found += None, Chunk(other, cursor)
    return found


def _packed(raw: bytes) -> bytes:
    if len(raw) < LEAST_BYTES:
        size = len(raw)
        return b"\x00" + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + raw
    deflating = zlib.compressobj(QUICKLY, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflating.compress(raw) + deflating.flush(zlib.Z_FULL_FLUSH)
