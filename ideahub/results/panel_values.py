"""From the scores of an entry to its value: the arithmetic of a score run, in exact fractions.

A judge's total is the sum over the criteria of weight × share ÷ 100, where the share of a score is
0 for the lowest of its scale and 100 for the highest; so totals go from 0 to 100, too. The panel's
value is the mean, the median or the trimmed mean of the totals that count; its value on a criterion
is the same of the shares. Only the mean of totals is always the weighted sum of the values on the
criteria.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import msgspec

from ideahub.results.score_inputs import WHOLE, GivenScores, ScoredCriterion
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule


class CountedScores(msgspec.Struct, frozen=True):
    """A judge's scores of an entry as they count: shares from 0 to 100 and their weighted total.

    `filled` are the places of the criteria whose missing score counts as the lowest.
    """

    judge: str
    shares: tuple[Fraction, ...]
    total: Fraction
    filled: tuple[int, ...] = ()


class PanelValue(msgspec.Struct, frozen=True):
    """The panel's value of an entry, and its value on each criterion."""

    total: Fraction
    criteria: tuple[Fraction, ...]

    def ranking_key(self, ties: Sequence[int]) -> tuple[Fraction, ...]:
        """What entries are ranked by, the greatest first; `ties` are places of criteria."""
        return (self.total, *(self.criteria[at] for at in ties))


class Counting:
    """Counts scores by the rule; what equal scores are worth is worked out once."""

    def __init__(self, rule: ScoringRule, criteria: Sequence[ScoredCriterion]) -> None:
        self.rule = rule
        self.criteria = criteria
        self._weights = [Fraction(one.weight) / WHOLE for one in criteria]
        self._shares: list[dict[str, Fraction]] = [{} for _one in criteria]
        self._parts: list[dict[str, Fraction]] = [{} for _one in criteria]
        places = {one.key: at for at, one in enumerate(criteria)}
        self.ties = [places[key] for key in rule.ties]

    def share(self, at: int, score: str) -> Fraction:
        """What a score on a criterion is worth, from 0 to 100."""
        known = self._shares[at]
        if score not in known:
            known[score] = self.criteria[at].scale.share_of(score, self.criteria[at].key)
            self._parts[at][score] = known[score] * self._weights[at]
        return known[score]

    def count(self, judge: str, scores: Sequence[str | None]) -> CountedScores | None:
        """A judge's scores as they count; None where they are left out."""
        missing = tuple(at for at, score in enumerate(scores) if score is None)
        if missing and self.rule.missing is not MissingScores.COUNT_AS_LOWEST:
            return None
        given = [
            one.scale.lowest if score is None else score
            for one, score in zip(self.criteria, scores, strict=True)
        ]
        shares = tuple(self.share(at, score) for at, score in enumerate(given))
        total = added_up(self._parts[at][score] for at, score in enumerate(given))
        return CountedScores(judge, shares, total, missing)

    def value(self, counted: Sequence[CountedScores]) -> PanelValue | None:
        """The panel's value of an entry; None where nobody's scores count."""
        if not counted:
            return None
        total = self.together([one.total for one in counted])
        by_criterion = zip(*(one.shares for one in counted), strict=True)
        return PanelValue(total, tuple(self.together(shares) for shares in by_criterion))

    def together(self, numbers: Sequence[Fraction]) -> Fraction:
        """The mean, median or trimmed mean of one number or more."""
        count = len(numbers)
        if self.rule.method is PanelMethod.MEAN:
            return added_up(numbers) / count
        if self.rule.method is PanelMethod.MEDIAN:
            left_out = (count - 1) // 2
        else:
            left_out = self.rule.trimmed(count)
        kept = sorted(numbers)[left_out : count - left_out]
        return added_up(kept) / len(kept)

    def count_entry(
        self, judges: Iterable[str], given: dict[str, GivenScores]
    ) -> list[CountedScores]:
        """The scores of one entry that count, of these judges; `given` is by judge."""
        nothing = (None,) * len(self.criteria)
        counted = (
            self.count(judge, given[judge].scores if judge in given else nothing)
            for judge in judges
        )
        return [one for one in counted if one is not None]


def added_up(numbers: Iterable[Fraction]) -> Fraction:
    """The sum, quicker than `sum` for fractions: one common denominator, reduced once."""
    above, below = 0, 1
    for number in numbers:
        if number.denominator == below:
            above += number.numerator
        else:
            above = above * number.denominator + number.numerator * below
            below *= number.denominator
    return Fraction(above, below)
