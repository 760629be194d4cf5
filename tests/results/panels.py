"""Panels that Hypothesis makes up: criteria, judges, scores, recusals and a rule."""

from fractions import Fraction
from typing import NamedTuple

from hypothesis import strategies as st

from ideahub.results.exact_numbers import Rounding
from ideahub.results.scales import ScaleKind, ScoreScale
from ideahub.results.score_inputs import Pair, Score, ScoredCriterion, ScoreInputs, make_inputs
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule

POINTS = ScoreScale(kind=ScaleKind.POINTS, low="0", high="10", step="1")
HALVES = ScoreScale(kind=ScaleKind.POINTS, low="-1", high="2", step="0.5")
THIRDS = ScoreScale(kind=ScaleKind.POINTS, low="1", high="4", step="1")
STARS = ScoreScale(kind=ScaleKind.RATING, levels=("weak", "fair", "good", "strong"))
UNEVEN = ScoreScale(kind=ScaleKind.RATING, levels=("no", "so-so", "yes"), values=("0", "1.5", "7"))
YES_NO = ScoreScale(kind=ScaleKind.YES_NO)
WEIGHTS = (("100",), ("60", "40"), ("33.33", "33.33", "33.34"), ("12.5", "50", "7.5", "30"))


class MadeUpPanel(NamedTuple):
    """A rule and what it reads, before and after `make_inputs`."""

    rule: ScoringRule
    criteria: list[ScoredCriterion]
    scores: dict[Pair, list[Score]]
    recused: set[Pair]
    assigned: list[Pair]
    inputs: ScoreInputs


@st.composite
def rules(draw: st.DrawFn, criteria: list[str]) -> ScoringRule:
    """Any rule for these criteria."""
    method = draw(st.sampled_from(PanelMethod))
    by_count = method is PanelMethod.TRIMMED_MEAN and draw(st.booleans())
    by_share = method is PanelMethod.TRIMMED_MEAN and not by_count
    return ScoringRule(
        method=method,
        missing=draw(
            st.sampled_from([MissingScores.LEAVE_OUT_JUDGE, MissingScores.COUNT_AS_LOWEST])
        ),
        trim_count=draw(st.integers(1, 2)) if by_count else 0,
        trim_share=draw(st.sampled_from(["0.1", "0.25", "0.4"])) if by_share else "0",
        decimals=draw(st.integers(0, 4)),
        rounding=draw(st.sampled_from(Rounding)),
        ties=tuple(draw(st.lists(st.sampled_from(criteria), unique=True))),
    )


@st.composite
def made_up_panels(draw: st.DrawFn, most: int = 6, *, few: bool = False) -> MadeUpPanel:
    """Any panel. Scales have few steps, so that there are ties; `few` makes more of them."""
    weights = draw(st.sampled_from(WEIGHTS))
    scales = [YES_NO, THIRDS] if few else [POINTS, HALVES, THIRDS, STARS, UNEVEN, YES_NO]
    criteria = [
        ScoredCriterion(
            f"c{at}", f"Criterion {at} – “ü\t\u2028”", weight, draw(st.sampled_from(scales))
        )
        for at, weight in enumerate(weights)
    ]
    entries = [f"E{number}" for number in range(draw(st.integers(1, most)))]
    judges = [f"J{number}" for number in range(draw(st.integers(1, 5)))]
    every = [(entry, judge) for entry in entries for judge in judges]
    assigned = draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    scores: dict[Pair, list[Score]] = {
        pair: [draw(score_on(one.scale)) for one in criteria] for pair in assigned
    }
    recused = set(draw(st.lists(st.sampled_from(assigned), unique=True, max_size=4)))
    rule = draw(rules([one.key for one in criteria]))
    inputs = make_inputs(criteria, entries, judges, assigned, scores, recused)
    return MadeUpPanel(rule, criteria, scores, recused, assigned, inputs)


def score_on(scale: ScoreScale) -> st.SearchStrategy[str | None]:
    """A score of the scale; sometimes none."""
    given = st.integers(0, scale.positions - 1).map(scale.score_at)
    return st.one_of(given, given, given, given, st.none())


def share(scale: ScoreScale, score: str) -> Fraction:
    """What a score is worth, computed in another way than ours: by a table."""
    if scale.kind is ScaleKind.YES_NO:
        return {"0": Fraction(0), "1": Fraction(100)}[score]
    if scale.kind is ScaleKind.RATING:
        steps = [Fraction(value) for value in scale.values or map(str, range(len(scale.levels)))]
        return (steps[int(score) - 1] - steps[0]) * 100 / (steps[-1] - steps[0])
    return (
        (Fraction(score) - Fraction(scale.low)) * 100 / (Fraction(scale.high) - Fraction(scale.low))
    )
