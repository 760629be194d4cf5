"""How alike two orders are: Kendall's tau-b.

tau-b = (C − D) ÷ √((n₀ − n₁)(n₀ − n₂)), with C pairs in the same order in both, D in the opposite,
n₀ all pairs, n₁ and n₂ the pairs tied in the first and in the second (Kendall 1945). It is 1 where
both orders are the same and −1 where one is the other turned around. C − D is counted by sorting
(Knight 1966), so that ten thousand entries take moments.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from ideahub.results.severity import PRECISE, square_root


def kendall_tau_b(first: Sequence[int], second: Sequence[int]) -> Decimal | None:
    """tau-b of two lists of ranks of the same things; None where either has only one rank."""
    pairs = sorted(zip(first, second, strict=True))
    all_pairs = len(pairs) * (len(pairs) - 1) // 2
    tied_first, tied_second, tied_both = map(_tied, (first, second, pairs))
    below = (all_pairs - tied_first) * (all_pairs - tied_second)
    if not below:
        return None
    opposite = _inversions([rank for _first, rank in pairs])[1]
    agreeing_less_opposite = all_pairs - tied_first - tied_second + tied_both - 2 * opposite
    return PRECISE.divide(Decimal(agreeing_less_opposite), square_root(Fraction(below)))


def _tied(values: Iterable[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def _inversions(values: list[int]) -> tuple[list[int], int]:
    """The values in order, and how many pairs were not."""
    if len(values) < 2:
        return values, 0
    half = len(values) // 2
    (low, in_low), (high, in_high) = _inversions(values[:half]), _inversions(values[half:])
    merged: list[int] = []
    count = in_low + in_high
    at = 0
    for value in low:
        while at < len(high) and high[at] < value:
            merged.append(high[at])
            at += 1
        merged.append(value)
        count += at
    return merged + high[at:], count
