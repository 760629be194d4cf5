"""Whether a judge is stricter than the others, and whether they use more or less of the scale.

Each judge is compared with the others on the entries that they share: their totals with the mean of
the others' totals of the same entry. The difference of the two means is how mild (above zero) or
strict a judge is; the spread is the standard deviation √(Σ (total − mean)² ÷ entries).
"""

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

import msgspec

from ideahub.results.computing import ScoreOutput
from ideahub.results.exact_numbers import Exact, exact, rounded
from ideahub.results.panel_values import added_up
from ideahub.results.scoring_rule import ScoringRule

# On fewer entries, a difference says more about the entries than about the judge: where totals are
# spread by 20 points, the mean of four wanders by 10 by chance alone.
FEWEST_SHARED = 5
# More than is ever shown; the root of a number has no end.
PRECISE = Context(prec=40)


class JudgeSeverity(msgspec.Struct, frozen=True):
    """A judge beside the others, on the `entries` that they share; all in points from 0 to 100.

    The figures are None where there are no such entries. `is_few` says that they are too few to
    mean anything. `difference` is the judge's mean less the others'.
    """

    judge: str
    entries: int
    is_few: bool
    mean: Exact | None
    others_mean: Exact | None
    difference: Exact | None
    spread: str | None
    others_spread: str | None


def severity(rule: ScoringRule, output: ScoreOutput) -> list[JudgeSeverity]:
    """Each judge who has scored something, in the order of their keys."""
    shared: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for entry in output.entries:
        totals = {one.judge: one.total.value for one in entry.judges if one.total}
        together = added_up(totals.values())
        for judge, own in totals.items():
            pairs = shared.setdefault(judge, [])
            if len(totals) > 1:
                pairs.append((own, (together - own) / (len(totals) - 1)))
    return [_of_judge(rule, judge, pairs) for judge, pairs in sorted(shared.items())]


def _of_judge(
    rule: ScoringRule, judge: str, pairs: Sequence[tuple[Fraction, Fraction]]
) -> JudgeSeverity:
    few = len(pairs) < FEWEST_SHARED
    if not pairs:
        return JudgeSeverity(judge, 0, few, None, None, None, None, None)
    own, others = ([pair[at] for pair in pairs] for at in (0, 1))
    mean, others_mean = (added_up(numbers) / len(numbers) for numbers in (own, others))
    return JudgeSeverity(
        judge=judge,
        entries=len(pairs),
        is_few=few,
        mean=exact(mean, rule.decimals, rule.rounding),
        others_mean=exact(others_mean, rule.decimals, rule.rounding),
        difference=exact(mean - others_mean, rule.decimals, rule.rounding),
        spread=_spread(rule, own, mean),
        others_spread=_spread(rule, others, others_mean),
    )


def _spread(rule: ScoringRule, numbers: Sequence[Fraction], mean: Fraction) -> str:
    variance = added_up((number - mean) ** 2 for number in numbers) / len(numbers)
    root = square_root(variance)
    return rounded(Fraction(root), rule.decimals, rule.rounding)


def square_root(number: Fraction) -> Decimal:
    """The root, to forty digits."""
    return PRECISE.sqrt(PRECISE.divide(Decimal(number.numerator), Decimal(number.denominator)))
