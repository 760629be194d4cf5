"""The difference between two texts of an idea, word by word."""

import asyncio
from collections.abc import Iterable, Iterator

import msgspec

from ideahub.core.text.diff import Piece, added_and_removed, word_diff

# Title, what the idea is, why it matters.
IdeaTexts = tuple[str, str, str]
NOTHING: IdeaTexts = ("", "", "")


class Difference(msgspec.Struct, frozen=True):
    """The difference between two texts of an idea, with how many words were added and removed."""

    title: list[Piece]
    body: list[Piece]
    why: list[Piece]
    added: int
    removed: int

    @property
    def is_empty(self) -> bool:
        """Whether the texts are the same."""
        return not any(kind != "same" for kind, _text in [*self.title, *self.body, *self.why])


async def difference(old: IdeaTexts, new: IdeaTexts) -> Difference:
    """Compares two texts of an idea, in a thread."""
    # Comparing two long texts takes a while, and would block the event loop.
    return await asyncio.to_thread(_difference, old, new)


def words_of(texts: IdeaTexts) -> int:
    """The number of words in a text, counted as `difference` counts."""
    added, _removed = added_and_removed(Piece("added", text) for text in texts)
    return added


def _difference(old: IdeaTexts, new: IdeaTexts) -> Difference:
    title, body, why = (
        list(_words_only(word_diff(before, after))) for before, after in zip(old, new, strict=True)
    )
    added, removed = added_and_removed([*title, *body, *why])
    return Difference(title, body, why, added, removed)


def _words_only(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with line breaks moved out of the front of each change, so that only words are
    marked. For reading only: together they are not exactly the old and new text any more."""
    for kind, text in pieces:
        words = text.lstrip("\n")
        if kind != "same" and words and len(words) < len(text):
            yield Piece("same", text[: len(text) - len(words)])
            yield Piece(kind, words)
        else:
            yield Piece(kind, text)
