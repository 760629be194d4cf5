"""How an entry came to its rank, step by step: what is told, with its values, but not the words."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec

from ideahub.results.computing import (
    EntryResult,
    JudgeTotal,
    ScoreOutput,
    ScoreState,
    given_by_entry,
)
from ideahub.results.exact_numbers import rounded
from ideahub.results.panel_values import Counting
from ideahub.results.score_inputs import WHOLE, GivenScores, ScoreInputs
from ideahub.results.scoring_rule import PanelMethod, ScoringRule


class StepKind(StrEnum):
    """What a step tells; step_words.py has a sentence for each."""

    ASSIGNED = "assigned"
    RECUSED = "recused"
    LEFT_OUT = "left_out"
    SCORE = "score"
    SCORE_FILLED = "score_filled"
    JUDGE_TOTAL = "judge_total"
    MEAN = "mean"
    MEDIAN = "median"
    TRIMMED_MEAN = "trimmed_mean"
    NO_VALUE = "no_value"
    RANK = "rank"
    TIE_BREAK = "tie_break"
    SHARED_RANK = "shared_rank"


class ExplainedStep(msgspec.Struct, frozen=True):
    """A step: `texts` are names and labels to put in, `numbers` decimals; several stand for a
    list."""

    kind: StepKind
    texts: Mapping[str, str] = {}
    numbers: Mapping[str, str | Sequence[str]] = {}


def steps_of(
    rule: ScoringRule, inputs: ScoreInputs, output: ScoreOutput, entry: str
) -> list[ExplainedStep]:
    """The steps by which an entry came to its value and its rank; raises KeyError where there is
    no such entry. Shares and parts are rounded for reading, as the rule says."""
    results = {one.entry: one for one in output.entries}
    told = _Telling(rule, inputs, results[entry], given_by_entry(inputs)[entry])
    return [*told.beginning(), *told.value(), *told.ranking()]


class _Telling:
    """Tells of one entry."""

    def __init__(
        self,
        rule: ScoringRule,
        inputs: ScoreInputs,
        result: EntryResult,
        given: Mapping[str, GivenScores],
    ) -> None:
        self.rule, self.inputs, self.result, self.given = rule, inputs, result, given
        self.counting = Counting(rule, inputs.criteria)

    def beginning(self) -> Iterator[ExplainedStep]:
        """What each judge gave."""
        counts = {"assigned": str(self.result.assigned), "counted": str(self.result.counted)}
        yield ExplainedStep(StepKind.ASSIGNED, numbers=counts)
        for one in self.result.judges:
            judge = {"judge": one.judge}
            if one.total is None:
                gone = one.counted is ScoreState.RECUSED
                yield ExplainedStep(StepKind.RECUSED if gone else StepKind.LEFT_OUT, judge)
            else:
                yield from self._scores(one)
                yield ExplainedStep(StepKind.JUDGE_TOTAL, judge, {"total": one.total.shown})

    def value(self) -> Iterator[ExplainedStep]:
        """How their totals became the panel's value."""
        if self.result.panel is None:
            yield ExplainedStep(StepKind.NO_VALUE)
            return
        totals = [one.total for one in self.result.judges if one.total]
        if self.rule.method is not PanelMethod.MEAN:
            totals.sort(key=lambda total: total.value)
        numbers: dict[str, str | Sequence[str]] = {
            "totals": [total.shown for total in totals],
            "panel": self.result.panel.shown,
        }
        if self.rule.method is PanelMethod.TRIMMED_MEAN:
            numbers["trimmed"] = str(self.result.trimmed)
        yield ExplainedStep(StepKind(self.rule.method.value), numbers=numbers)

    def ranking(self) -> Iterator[ExplainedStep]:
        """How the value became a rank."""
        labels = {one.key: (one.label, at) for at, one in enumerate(self.inputs.criteria)}
        for key in self.result.tie_break:
            label, at = labels[key]
            value = self.result.criteria[at].shown
            yield ExplainedStep(StepKind.TIE_BREAK, {"criterion": label}, {"value": value})
        if self.result.rank is not None:
            better = {"better": str(self.result.rank - 1), "rank": str(self.result.rank)}
            yield ExplainedStep(StepKind.RANK, numbers=better)
        if self.result.shared_by:
            yield ExplainedStep(
                StepKind.SHARED_RANK, numbers={"others": str(self.result.shared_by)}
            )

    def _scores(self, one: JudgeTotal) -> Iterator[ExplainedStep]:
        given = self.given.get(one.judge)
        scores = given.scores if given else (None,) * len(self.inputs.criteria)
        for at, (criterion, score) in enumerate(zip(self.inputs.criteria, scores, strict=True)):
            texts = {"judge": one.judge, "criterion": criterion.label}
            scale = criterion.scale
            if score is None:
                yield ExplainedStep(StepKind.SCORE_FILLED, texts, {"lowest": scale.lowest})
                continue
            share = self.counting.share(at, score)
            numbers = {
                "score": score,
                "lowest": scale.lowest,
                "highest": scale.score_at(scale.positions - 1),
                "share": self._rounded(share),
                "weight": criterion.weight,
                "part": self._rounded(share * Fraction(criterion.weight) / WHOLE),
            }
            yield ExplainedStep(StepKind.SCORE, texts, numbers)

    def _rounded(self, number: Fraction) -> str:
        return rounded(number, self.rule.decimals, self.rule.rounding)
