"""What changed between two texts, word by word, as a person would mark it with a pen."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

Kind = Literal["same", "added", "removed"]

_PARAGRAPH = re.compile(r"[^\n]+\n*|\n+")
# White space goes with the word after it. Scripts without spaces go sign by sign.
_SIGN = r"\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(
    rf"(\s*)([{_SIGN}]|[^\W{_SIGN}]+(?:['’-][^\W{_SIGN}]+)*|[^\w\s]+|\Z)",
)
# Two changes with no more than this between them may read better as one.
_TINY = 24


class Piece(NamedTuple):
    """A run of text that stayed, came or went."""

    kind: Kind
    text: str


class _Hunk(NamedTuple):
    removed: str
    added: str
    same: str


def word_diff(old: str, new: str) -> list[Piece]:
    """The pieces that lead from one text to the other, in reading order, removed before added.

    "same" and "added" together are the new text, "same" and "removed" the old one, to the letter.
    """
    # Paragraphs that stayed are found first; otherwise a rewritten one would be patched
    # together from words of all the others, and long texts would take long.
    before, after = _PARAGRAPH.findall(old), _PARAGRAPH.findall(new)
    hunks: list[_Hunk] = []
    at = then = 0
    for i, j in [*_kept(before, after), (len(before), len(after))]:
        hunks += _by_words("".join(before[at:i]), "".join(after[then:j]))
        hunks.append(_Hunk("", "", "".join(before[i : i + 1])))
        at, then = i + 1, j + 1
    return list(_pieces(hunks))


def added_and_removed(pieces: Iterable[Piece]) -> tuple[int, int]:
    """How many words came and how many went."""
    count: dict[Kind, int] = {"added": 0, "removed": 0, "same": 0}
    for kind, text in pieces:
        count[kind] += sum(any(map(str.isalnum, word)) for word in text.split())
    return count["added"], count["removed"]


def _by_words(old: str, new: str) -> list[_Hunk]:
    if not old or not new:
        return [_Hunk(old, new, "")]
    before, after = _WORD.findall(old), _WORD.findall(new)
    hunks = []
    at = then = 0
    for i, j in _kept([word for _, word in before], [word for _, word in after]):
        removed, added = _text(before[at:i]), _text(after[then:j])
        if before[i] == after[j]:
            hunks.append(_Hunk(removed, added, _text([before[i]])))
        else:
            hunks.append(_Hunk(removed + before[i][0], added + after[j][0], before[i][1]))
        at, then = i + 1, j + 1
    return list(_without_confetti(_joined(hunks)))


def _text(words: Iterable[tuple[str, str]]) -> str:
    return "".join(space + word for space, word in words)


def _joined(hunks: Iterable[_Hunk]) -> Iterator[_Hunk]:
    """The hunks with neighbours joined that have no change between them."""
    whole = _Hunk("", "", "")
    for hunk in hunks:
        if hunk.removed or hunk.added:
            yield whole
            whole = hunk
        else:
            whole = whole._replace(same=whole.same + hunk.same)
    yield whole


def _without_confetti(hunks: Iterable[_Hunk]) -> Iterator[_Hunk]:
    """The hunks with neighbours joined where only a few stray words stayed between them."""
    left = _Hunk("", "", "")
    for right in hunks:
        if _is_stray(left, right):
            removed = left.removed + left.same + right.removed
            left = _Hunk(removed, left.added + left.same + right.added, right.same)
        else:
            yield left
            left = right
    yield left


def _is_stray(left: _Hunk, right: _Hunk) -> bool:
    between = len(left.same)
    return _size(left) > 0 and between <= _TINY and 3 * between < _size(left) + _size(right)


def _size(hunk: _Hunk) -> int:
    return max(len(hunk.removed), len(hunk.added))


def _pieces(hunks: Iterable[_Hunk]) -> Iterator[Piece]:
    kinds: tuple[Kind, Kind, Kind] = ("removed", "added", "same")
    single = (Piece(*one) for hunk in hunks for one in zip(kinds, hunk, strict=True) if one[1])
    for kind, run in groupby(single, key=lambda piece: piece.kind):
        yield Piece(kind, "".join(piece.text for piece in run))


def _kept(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where the longest common subsequence stands in both."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    inner = _subsequence(old[start : len(old) - end], new[start : len(new) - end])
    return [
        *((i, i) for i in range(start)),
        *((start + i, start + j) for i, j in inner),
        *((len(old) - k, len(new) - k) for k in range(end, 0, -1)),
    ]


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _subsequence(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest common subsequence, by Hyyrö's bit-parallel method: each row of the usual
    table is one Python integer, so that even 10,000 by 10,000 words take a tenth of a second."""
    where: dict[str, int] = {}
    for j, word in enumerate(new):
        where[word] = where.get(word, 0) | 1 << j
    everywhere = (1 << len(new)) - 1
    row, rows = everywhere, [everywhere]
    for word in old:
        met = row & where.get(word, 0)
        row = (row + met | row - met) & everywhere
        rows.append(row)
    return _traced_back(rows, len(old), len(new))


def _traced_back(rows: Sequence[int], i: int, j: int) -> list[tuple[int, int]]:
    found = []
    while i and j:
        if rows[i] >> (j - 1) & 1:
            j -= 1
        elif not rows[i - 1] >> (j - 1) & 1:
            i -= 1
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]
