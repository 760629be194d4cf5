"""The longest common subsequence of two long sequences.

Our own: difflib finds less and grows with the square, and RapidFuzz's `LCSseq` is no faster.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

# Two texts of 4,000 words are compared as a whole, in a hundredth of a second; longer ones in
# parts, so that twice the text takes twice the time.
EXACT = 4_000

Pair = tuple[int, int]


def common_pairs(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The positions of a longest common subsequence: for each of its items, where it stands in
    `old` and in `new`. In long sequences it can be a little shorter than the longest."""
    start = _shared(old, new)
    end = _shared(old[start:][::-1], new[start:][::-1])
    inner = _between(old[start : len(old) - end], new[start : len(new) - end])
    return [
        *((i, i) for i in range(start)),
        *((start + i, start + j) for i, j in inner),
        *((len(old) - k, len(new) - k) for k in range(end, 0, -1)),
    ]


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(old), len(new)))


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """The pairs, part by part where they are long: from one word that stands once in both to
    the next (Bram Cohen's "patience diff"), and these parts cut where they are long still."""
    if _is_short(old, new):
        yield from _subsequence(old, new)
        return
    at = then = 0
    for i, j in [*_anchors(old, new), (len(old), len(new))]:
        for a, b in _in_windows(old[at:i], new[then:j]):
            yield at + a, then + b
        if i < len(old):
            yield i, j
        at, then = i + 1, j + 1


def _is_short(old: Sequence[str], new: Sequence[str]) -> bool:
    return len(old) * len(new) <= EXACT * EXACT


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The longest run of words, in the order of both, each of which stands once in either."""
    once = Counter(old), Counter(new)
    place = {word: i for i, word in enumerate(old) if once[0][word] == once[1][word] == 1}
    return _rising([(place[word], j) for j, word in enumerate(new) if word in place])


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest subsequence in which the first numbers rise, by patience sorting: each number
    goes on the leftmost pile that it may go on, and remembers the top of the pile before."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (i, _) in enumerate(pairs):
        pile = bisect_left(tops, i)
        before.append(last[pile - 1] if pile else -1)
        tops[pile : pile + 1], last[pile : pile + 1] = [i], [at]
    found, at = [], last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]


def _in_windows(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    parts = 1 if _is_short(old, new) else -(-max(len(old), len(new)) // EXACT)
    for part in range(parts):
        at, to = (len(old) * edge // parts for edge in (part, part + 1))
        then, until = (len(new) * edge // parts for edge in (part, part + 1))
        for i, j in _subsequence(old[at:to], new[then:until]):
            yield at + i, then + j


def _subsequence(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The longest common subsequence, by Hyyrö's bit-parallel method: each row of the usual
    table is one Python integer."""
    where = dict.fromkeys(old, 0)
    for j, word in enumerate(new):
        if word in where:
            where[word] |= 1 << j
    everywhere = (1 << len(new)) - 1
    row, rows = everywhere, [everywhere]
    for word in old:
        met = row & where[word]
        row = (row + met | row - met) & everywhere
        rows.append(row)
    return _traced_back(rows, len(old), len(new))


def _traced_back(rows: Sequence[int], i: int, j: int) -> list[Pair]:
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
