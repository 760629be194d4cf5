"""All figures that are shown with a result."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ideahub.results.agreement import CriterionAgreement, agreement
from ideahub.results.computing import ScoreOutput
from ideahub.results.coverage import CoverageMatrix, coverage_matrix
from ideahub.results.divergence import DivergentEntry, diverging
from ideahub.results.plainly import Caution, cautions
from ideahub.results.score_inputs import ScoreInputs
from ideahub.results.scoring_rule import ScoringRule
from ideahub.results.severity import JudgeSeverity, severity
from ideahub.results.stability import Stability, stability

# A page has this many rows of a chart; it says of how many.
MOST_ROWS = 20


class ResultFigures(msgspec.Struct, frozen=True):
    """The figures of a result. `labels` are the names of the criteria by their keys."""

    labels: Mapping[str, str]
    entries: int
    cautions: list[Caution]
    agreements: list[CriterionAgreement]
    coverage: CoverageMatrix
    judges: list[JudgeSeverity]
    stability: Stability
    divergent: list[DivergentEntry]


def figures_of(
    rule: ScoringRule,
    inputs: ScoreInputs,
    output: ScoreOutput,
    *,
    top: int,
    bound: Decimal | str | None,
) -> ResultFigures:
    """The figures of a result, of which the first `top` places win or advance. `bound` is how far
    apart judges may be, in points of 100; None where no third reading is wanted."""
    agreements = agreement(inputs)
    judges = severity(rule, output)
    steadiness = stability(rule, inputs, output, top)
    return ResultFigures(
        labels={one.key: one.label for one in inputs.criteria},
        entries=len(output.entries),
        cautions=cautions(output, agreements, judges, steadiness),
        agreements=agreements,
        coverage=coverage_matrix(inputs, output, MOST_ROWS),
        judges=judges,
        stability=steadiness,
        divergent=[] if bound is None else diverging(rule, output, str(bound)),
    )
