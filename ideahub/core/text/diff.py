"""The difference of two texts, word by word, grouped so that people can read it.

Our own: diff-match-patch cuts through words, and difflib takes seconds for long texts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from ideahub.core.text.matching import common_pairs

Kind = Literal["same", "added", "removed"]

_PARAGRAPH = re.compile(r"[^\n]+\n*|\n+")
# White space goes with the word after it. Scripts without spaces go sign by sign.
_SIGN = r"\u3040-\u30ff\u3400-\u9fff"
_WORD = rf"(\s*)([{_SIGN}]|[^\W{_SIGN}]+(?:['’-][^\W{_SIGN}]+)*|[^\w\s]+|\Z)"
# Two changes with at most this many characters between them may read better as one.
_TINY = 24


class Piece(NamedTuple):
    """A part of a text that stayed, was added or was removed."""

    kind: Kind
    text: str


class _Hunk(NamedTuple):
    removed: str
    added: str
    same: str


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order, removed before added.

    "same" and "added" pieces together are exactly the new text, "same" and "removed" the old one.
    """
    # Paragraphs that stayed are found first; otherwise words of other paragraphs would be found
    # again in a rewritten one, and long texts would take long.
    before, after = _PARAGRAPH.findall(old), _PARAGRAPH.findall(new)
    hunks: list[_Hunk] = []
    at = then = 0
    for i, j in [*common_pairs(before, after), (len(before), len(after))]:
        hunks += _by_words("".join(before[at:i]), "".join(after[then:j]))
        hunks.append(_Hunk("", "", "".join(before[i : i + 1])))
        at, then = i + 1, j + 1
    return list(_pieces(hunks))


def added_and_removed(pieces: Iterable[Piece]) -> tuple[int, int]:
    """The number of words that were added, and of those that were removed."""
    count: dict[Kind, int] = {"added": 0, "removed": 0, "same": 0}
    for kind, text in pieces:
        count[kind] += sum(any(map(str.isalnum, word)) for word in text.split())
    return count["added"], count["removed"]


def _by_words(old: str, new: str) -> list[_Hunk]:
    if not old or not new:
        return [_Hunk(old, new, "")]
    before, after = _words(old), _words(new)
    hunks = []
    at = then = 0
    for i, j in common_pairs([word for _, word in before], [word for _, word in after]):
        removed, added = _text(before[at:i]), _text(after[then:j])
        if before[i] == after[j]:
            hunks.append(_Hunk(removed, added, _text([before[i]])))
        else:
            hunks.append(_Hunk(removed + before[i][0], added + after[j][0], before[i][1]))
        at, then = i + 1, j + 1
    return list(_without_stray_words(_joined(hunks)))


def _words(text: str) -> list[tuple[str, str]]:
    """The white space before each word, and the word."""
    # Compiled at the first use, by `re`: so many signs take a fiftieth of a second.
    return re.findall(_WORD, text)


def _text(words: Iterable[tuple[str, str]]) -> str:
    return "".join(space + word for space, word in words)


def _joined(hunks: Iterable[_Hunk]) -> Iterator[_Hunk]:
    """The hunks with neighbours joined that have no change between them."""
    removed, added, same = "", "", [""]
    for hunk in hunks:
        if hunk.removed or hunk.added:
            yield _Hunk(removed, added, "".join(same))
            removed, added, same = hunk.removed, hunk.added, []
        same.append(hunk.same)
    yield _Hunk(removed, added, "".join(same))


def _without_stray_words(hunks: Iterable[_Hunk]) -> Iterator[_Hunk]:
    """The hunks with neighbours joined where only a few stray words stayed between them."""
    run: list[_Hunk] = []
    removed = added = 0
    for right in hunks:
        between = len(run[-1].same) if run else 0
        if run and _is_stray(max(removed, added), between, _size(right)):
            removed, added = removed + between, added + between
        else:
            yield from _as_one(run)
            run, removed, added = [], 0, 0
        run.append(right)
        removed, added = removed + len(right.removed), added + len(right.added)
    yield from _as_one(run)


def _is_stray(before: int, between: int, after: int) -> bool:
    return before > 0 and between <= _TINY and 3 * between < before + after


def _as_one(run: Sequence[_Hunk]) -> Iterator[_Hunk]:
    if run:
        *others, last = run
        removed = "".join(hunk.removed + hunk.same for hunk in others) + last.removed
        added = "".join(hunk.added + hunk.same for hunk in others) + last.added
        yield _Hunk(removed, added, last.same)


def _size(hunk: _Hunk) -> int:
    return max(len(hunk.removed), len(hunk.added))


def _pieces(hunks: Iterable[_Hunk]) -> Iterator[Piece]:
    kinds: tuple[Kind, Kind, Kind] = ("removed", "added", "same")
    single = (
        Piece(kind, text) for hunk in hunks for kind, text in zip(kinds, hunk, strict=True) if text
    )
    for kind, run in groupby(single, key=lambda piece: piece.kind):
        yield Piece(kind, "".join(piece.text for piece in run))
