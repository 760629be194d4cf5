"""What lies between two texts of an idea, word by word."""

import asyncio
from collections.abc import Iterable, Iterator

import msgspec

from ideahub.core.text.diff import Piece, added_and_removed, word_diff

Texts = tuple[str, str, str]
NOTHING: Texts = ("", "", "")


class Difference(msgspec.Struct, frozen=True):
    """What lies between two texts of an idea, word by word."""

    title: list[Piece]
    body: list[Piece]
    why: list[Piece]
    added: int
    removed: int

    @property
    def is_empty(self) -> bool:
        """Whether the texts are the same."""
        return not any(kind != "same" for kind, _text in [*self.title, *self.body, *self.why])


async def difference(old: Texts, new: Texts) -> Difference:
    """What changed between two texts: title, what it is, why it matters."""
    # Two long texts take a while, which others need not wait for.
    return await asyncio.to_thread(_difference, old, new)


def words_of(texts: Texts) -> int:
    """How many words a first text has: all of them are new."""
    added, _removed = added_and_removed(Piece("added", text) for text in texts)
    return added


def _difference(old: Texts, new: Texts) -> Difference:
    title, body, why = (
        list(_words_only(word_diff(before, after))) for before, after in zip(old, new, strict=True)
    )
    added, removed = added_and_removed([*title, *body, *why])
    return Difference(title, body, why, added, removed)


def _words_only(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with the line breaks before a change outside of it, so that only words are
    marked. For reading: the old text cannot be put together from them any more."""
    for kind, text in pieces:
        words = text.lstrip("\n")
        if kind != "same" and words and len(words) < len(text):
            yield Piece("same", text[: len(text) - len(words)])
            yield Piece(kind, words)
        else:
            yield Piece(kind, text)
