"""What it would have taken: how far an entry is from a place that wins or advances."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from ideahub.results.computing import ScoreOutput, given_by_entry, judges_of
from ideahub.results.exact_numbers import Exact, exact
from ideahub.results.panel_values import Counting, PanelValue
from ideahub.results.score_inputs import GivenScores, ScoredCriterion, ScoreInputs
from ideahub.results.scoring_rule import ScoringRule


class CriterionDistance(msgspec.Struct, frozen=True):
    """What it would have taken on one criterion alone.

    If each judge had given `steps` steps of the scale more (at most its highest score), the panel's
    value on the criterion had risen by `rise` to `value`, both of 100, the entry's by `gain`, and
    the entry had been level with the last that won, or ahead of it; with one step less it had not.
    All are None where it is not possible on this criterion alone: even the highest score of
    everybody had not been enough.
    """

    criterion: str
    steps: int | None
    rise: Exact | None
    value: Exact | None
    gain: Exact | None


class WayMissed(msgspec.Struct, frozen=True):
    """How far an entry is from winning: from `last_winner`, the entry in the last place that wins.

    `gap` is the difference of the panel's values, in points from 0 to 100. It is 0 where the
    entries are equal and only a criterion of the tie-break, `by_tie_break`, decided between them.
    """

    entry: str
    rank: int
    last_winner: str
    gap: Exact
    by_tie_break: str | None
    criteria: tuple[CriterionDistance, ...]


def ways_missed(
    rule: ScoringRule,
    inputs: ScoreInputs,
    output: ScoreOutput,
    places: int,
    entries: Sequence[str] | None = None,
) -> list[WayMissed]:
    """For each entry that has a rank beyond `places`, what it would have taken; in the order of
    the output. `entries` asks for some of them only.

    What wins is every entry whose rank is at most `places`. Where nothing does, there is no
    distance, and the list is empty. Scores that were not given are not raised.
    """
    winning = [one for one in output.entries if one.rank is not None and one.rank <= places]
    if not winning:
        return []
    measuring = _Measuring(rule, inputs, winning[-1].entry)
    asked = None if entries is None else set(entries)
    return [
        measuring.way(one.entry, one.rank)
        for one in output.entries
        if one.rank is not None and one.rank > places and (asked is None or one.entry in asked)
    ]


class _Measuring:
    """Measures entries against the last that wins."""

    def __init__(self, rule: ScoringRule, inputs: ScoreInputs, last: str) -> None:
        self.rule, self.inputs, self.last = rule, inputs, last
        self.counting = Counting(rule, inputs.criteria)
        self.recused = set(inputs.recused)
        self.judges, self.given = judges_of(inputs), given_by_entry(inputs)
        self.target = self._value(last, self.given[last])
        self.goal = self.target.ranking_key(self.counting.ties)

    def way(self, entry: str, rank: int) -> WayMissed:
        """How far an entry is."""
        own = self._value(entry, self.given[entry])
        gap = self.target.total - own.total
        decided = None
        if not gap:
            key = own.ranking_key(self.counting.ties)
            pairs = zip(self.rule.ties, key[1:], self.goal[1:], strict=True)
            decided = next(tie for tie, mine, theirs in pairs if mine != theirs)
        return WayMissed(
            entry=entry,
            rank=rank,
            last_winner=self.last,
            gap=self._exact(gap),
            by_tie_break=decided,
            criteria=tuple(
                self._on(entry, own, at, criterion)
                for at, criterion in enumerate(self.inputs.criteria)
            ),
        )

    def _on(
        self, entry: str, own: PanelValue, at: int, criterion: ScoredCriterion
    ) -> CriterionDistance:
        steps = self._fewest_steps(entry, at, criterion)
        if steps is None:
            return CriterionDistance(criterion.key, None, None, None, None)
        value = self._value(entry, raised(self.given[entry], at, criterion, steps))
        return CriterionDistance(
            criterion=criterion.key,
            steps=steps,
            rise=self._exact(value.criteria[at] - own.criteria[at]),
            value=self._exact(value.criteria[at]),
            gain=self._exact(value.total - own.total),
        )

    def _fewest_steps(self, entry: str, at: int, criterion: ScoredCriterion) -> int | None:
        """By halving: with more steps, no value is ever less."""
        few, many = 0, criterion.scale.positions - 1
        if not self._reaches(entry, at, criterion, many):
            return None
        while many - few > 1:
            middle = (few + many) // 2
            if self._reaches(entry, at, criterion, middle):
                many = middle
            else:
                few = middle
        return many

    def _reaches(self, entry: str, at: int, criterion: ScoredCriterion, steps: int) -> bool:
        value = self._value(entry, raised(self.given[entry], at, criterion, steps))
        return value.ranking_key(self.counting.ties) >= self.goal

    def _value(self, entry: str, given: Mapping[str, GivenScores]) -> PanelValue:
        there = (judge for judge in self.judges[entry] if (entry, judge) not in self.recused)
        value = self.counting.value(self.counting.count_entry(there, dict(given)))
        assert value
        return value

    def _exact(self, number: Fraction) -> Exact:
        return exact(number, self.rule.decimals, self.rule.rounding)


def raised(
    given: Mapping[str, GivenScores], at: int, criterion: ScoredCriterion, steps: int
) -> dict[str, GivenScores]:
    """Judge → what they gave an entry, had each given so many steps more on this criterion; at most
    the highest score of its scale."""
    scale = criterion.scale
    highest = scale.positions - 1
    found = {}
    for judge, one in given.items():
        scores = list(one.scores)
        if (score := scores[at]) is not None:
            scores[at] = scale.score_at(min(scale.position_of(score) + steps, highest))
        found[judge] = GivenScores(one.entry, judge, tuple(scores))
    return found
