"""From the scores of an entry to its value: the arithmetic of a score run, in exact fractions.

A judge's total is the sum over the criteria of weight × share ÷ 100, where the share of a score is
0 for the lowest of its scale and 100 for the highest; so totals go from 0 to 100, too. The panel's
value is the mean, the median or the trimmed mean of the totals that count; its value on a criterion
is the same of the shares. Only the mean of totals is always the weighted sum of the values on the
criteria.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm

import msgspec

from ideahub.results.exact_numbers import Exact, exact
from ideahub.results.score_inputs import WHOLE, GivenScores, ScoredCriterion
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule

# What entries are ranked by, the greatest first: as fractions, and times one number for all.
Key = tuple[Fraction, ...]
WholeKey = tuple[int, ...]


class CountedScores(msgspec.Struct, frozen=True, gc=False):
    """A judge's scores of an entry as they count: `given` in the order of the criteria, and their
    weighted total, of shares from 0 to 100.

    `filled` are the places of the criteria whose missing score counts as the lowest.
    """

    judge: str
    given: tuple[str, ...]
    total: Fraction
    filled: tuple[int, ...] = ()


class PanelValue(msgspec.Struct, frozen=True, gc=False):
    """The panel's value of an entry, and its value on each criterion."""

    total: Fraction
    criteria: tuple[Fraction, ...]

    def ranking_key(self, ties: Sequence[int]) -> Key:
        """What the entry is ranked by; `ties` are places of criteria."""
        return (self.total, *(self.criteria[at] for at in ties))


class Counting:
    """Counts scores by the rule; what equal scores are worth, and what judges who gave the same
    give together, is worked out once."""

    def __init__(self, rule: ScoringRule, criteria: Sequence[ScoredCriterion]) -> None:
        self.rule = rule
        self.criteria = criteria
        self._weights = [Fraction(one.weight) / WHOLE for one in criteria]
        self._shares: list[dict[str, Fraction]] = [{} for _one in criteria]
        self._parts: list[dict[str, Fraction]] = [{} for _one in criteria]
        self._together: list[dict[tuple[str, ...], Fraction]] = [{} for _one in criteria]
        self._exact: dict[tuple[int, int], Exact] = {}
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
        given = tuple(
            one.scale.lowest if score is None else score
            for one, score in zip(self.criteria, scores, strict=True)
        )
        total = added_up(self._part(at, score) for at, score in enumerate(given))
        return CountedScores(judge, given, total, missing)

    def _part(self, at: int, score: str) -> Fraction:
        """What a score on a criterion adds to the total."""
        if score not in self._parts[at]:
            self.share(at, score)
        return self._parts[at][score]

    def value(self, counted: Sequence[CountedScores]) -> PanelValue | None:
        """The panel's value of an entry; None where nobody's scores count."""
        if not counted:
            return None
        total = self.together([one.total for one in counted])
        by_criterion = zip(*(one.given for one in counted), strict=True)
        return PanelValue(total, tuple(map(self._on, range(len(self.criteria)), by_criterion)))

    def _on(self, at: int, scores: tuple[str, ...]) -> Fraction:
        """The panel's value on one criterion."""
        known = self._together[at]
        if scores not in known:
            known[scores] = self.together([self.share(at, score) for score in scores])
        return known[scores]

    def exact(self, number: Fraction) -> Exact:
        """The number as it is written by the rule."""
        key = number.numerator, number.denominator
        if key not in self._exact:
            self._exact[key] = exact(number, self.rule.decimals, self.rule.rounding)
        return self._exact[key]

    def together(self, numbers: Sequence[Fraction]) -> Fraction:
        """The mean, median or trimmed mean of one number or more."""
        count = len(numbers)
        if self.rule.method is PanelMethod.MEAN:
            return added_up(numbers, count)
        if self.rule.method is PanelMethod.MEDIAN:
            left_out = (count - 1) // 2
        else:
            left_out = self.rule.trimmed(count)
        kept = sorted(numbers)[left_out : count - left_out]
        return added_up(kept, len(kept))

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


def added_up(numbers: Iterable[Fraction], parts: int = 1) -> Fraction:
    """The sum, divided by `parts`; quicker than `sum` for fractions: one common denominator,
    reduced once."""
    above, below = 0, 1
    for number in numbers:
        if number.denominator == below:
            above += number.numerator
        else:
            above = above * number.denominator + number.numerator * below
            below *= number.denominator
    return Fraction(above, below * parts)


def in_whole_numbers(
    tables: Sequence[Mapping[str, Key | None]],
) -> list[dict[str, WholeKey | None]]:
    """The same keys, all times the one number that makes them whole: these are compared quickly."""
    whole = lcm(
        *{part.denominator for table in tables for key in table.values() for part in key or ()}
    )
    return [
        {
            entry: None
            if key is None
            else tuple([part.numerator * (whole // part.denominator) for part in key])
            for entry, key in table.items()
        }
        for table in tables
    ]
