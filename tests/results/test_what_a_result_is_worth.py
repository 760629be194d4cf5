"""Figures with a result: who scored what, who is strict, what hangs on one judge, who disagrees."""

from decimal import Decimal
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.core.refusals import Invalid
from ideahub.results.agreement import agreement
from ideahub.results.computing import ScoreOutput, run
from ideahub.results.coverage import CoverageCell, coverage_matrix
from ideahub.results.divergence import diverging
from ideahub.results.plainly import CautionKind, caution_words, cautions
from ideahub.results.rank_correlation import kendall_tau_b
from ideahub.results.score_inputs import Pair, Score, ScoredCriterion, ScoreInputs, make_inputs
from ideahub.results.scoring_rule import MissingScores, PanelMethod, ScoringRule
from ideahub.results.severity import severity
from ideahub.results.stability import stability
from tests.results.panels import POINTS, MadeUpPanel, made_up_panels

RULE = ScoringRule(method=PanelMethod.MEAN, missing=MissingScores.LEAVE_OUT_JUDGE)


def result(
    table: dict[str, dict[str, Score]], recused: set[Pair] | None = None
) -> tuple[ScoreInputs, ScoreOutput]:
    """The result of entries with what judges gave them, from 0 to 10 on one criterion."""
    scores = {
        (entry, judge): [score] for entry, row in table.items() for judge, score in row.items()
    }
    judges = {judge for row in table.values() for judge in row}
    criterion = ScoredCriterion("c", "C", "100", POINTS)
    inputs = make_inputs([criterion], table, judges, scores, scores, recused or set())
    return inputs, run(RULE, inputs)


def test_the_coverage_matrix() -> None:
    table: dict[str, dict[str, Score]] = {
        "A": {"J": 9, "K": 8},
        "B": {"J": 5, "L": None},
        "C": {"K": 3},
    }
    inputs, output = result(table, {("A", "K")})
    matrix = coverage_matrix(inputs, output)
    assert [(row.entry, *row.cells) for row in matrix.rows] == [
        ("A", CoverageCell.COUNTED, CoverageCell.RECUSED, CoverageCell.UNASSIGNED),
        ("B", CoverageCell.COUNTED, CoverageCell.UNASSIGNED, CoverageCell.LEFT_OUT),
        ("C", CoverageCell.UNASSIGNED, CoverageCell.COUNTED, CoverageCell.UNASSIGNED),
    ]
    assert [(one.judge, one.assigned, one.counted, one.recused) for one in matrix.judges] == [
        *[("J", 2, 2, 0), ("K", 2, 1, 1), ("L", 1, 0, 0)]
    ]
    assert matrix.by_count == ((1, 3),)
    assert len(coverage_matrix(inputs, output, most=1).rows) == 1


def test_a_strict_judge_is_seen_on_shared_entries_only() -> None:
    """K gives 3 points of 10 less than J, and alone scores a bad entry, which says nothing."""
    table: dict[str, dict[str, Score]] = {
        f"E{number}": {"J": number + 4, "K": number + 1} for number in range(5)
    }
    _inputs, output = result({**table, "alone": {"K": 0}})
    mild, strict = severity(RULE, output)
    assert (strict.judge, strict.entries, strict.is_few) == ("K", 5, False)
    assert strict.mean and strict.others_mean and strict.difference and mild.difference
    assert (strict.mean.shown, strict.others_mean.shown) == ("30.00", "60.00")
    assert (strict.difference.shown, mild.difference.shown) == ("-30.00", "30.00")
    # √((20² + 10² + 0 + 10² + 20²) ÷ 5) = √200
    assert strict.spread == strict.others_spread == "14.14"


def test_a_judge_who_shares_few_entries_or_none() -> None:
    _inputs, output = result({"A": {"J": 1, "K": 2}, "B": {"L": 3}})
    j, k, alone = severity(RULE, output)
    assert j.is_few and k.is_few and alone.is_few
    assert (alone.entries, alone.mean, alone.spread) == (0, None, None)


def test_a_result_that_hangs_on_one_judge() -> None:
    """Without K, B wins; J and L change nothing."""
    inputs, output = result(
        {
            "A": {"J": 6, "K": 10, "L": 6},
            "B": {"J": 7, "K": 2, "L": 7},
            "C": {"J": 0, "K": 0, "L": 0},
        }
    )
    found = stability(RULE, inputs, output, top=1)
    assert not found.steady and not found.is_few
    by_judge = {one.judge: one for one in found.runs}
    assert (by_judge["K"].entering, by_judge["K"].leaving) == (("B",), ("A",))
    assert (by_judge["K"].moved, by_judge["K"].furthest, by_judge["K"].scored) == (2, 1, 3)
    # Of three pairs, one is turned around: (2 − 1) ÷ 3.
    assert (by_judge["K"].tau, by_judge["J"].tau) == ("0.333", "1.000")
    [a, b, _c] = found.entries
    assert (a.entry, a.rank, a.best, a.worst, a.times_among_best) == ("A", 1, 1, 2, 2)
    assert (b.best, b.worst, b.times_among_best) == (1, 2, 1)


@settings(deadline=None)
@given(made_up_panels(), st.integers(1, 3))
def test_leaving_out_a_judge_is_a_run_without_them(panel: MadeUpPanel, top: int) -> None:
    output = run(panel.rule, panel.inputs)
    found = stability(panel.rule, panel.inputs, output, top)
    before = {one.entry: one.rank for one in output.entries if one.rank}
    for one in found.runs:
        kept = [pair for pair in panel.assigned if pair[1] != one.judge]
        scores = {pair: panel.scores[pair] for pair in kept}
        inputs = make_inputs(
            panel.criteria, panel.inputs.entries, panel.inputs.judges, kept, scores, panel.recused
        )
        after = {one.entry: one.rank for one in run(panel.rule, inputs).entries if one.rank}
        both = before.keys() & after.keys()
        assert one.moved == sum(before[entry] != after[entry] for entry in both)
        assert one.furthest == max((abs(before[e] - after[e]) for e in both), default=0)
        best = {entry for entry in before if before[entry] <= top}
        best_after = {entry for entry in after if after[entry] <= top}
        assert set(one.entering) == best_after - best
        assert set(one.leaving) == best - best_after
        assert set(one.lost) == before.keys() - after.keys()


def tau_by_pairs(first: list[int], second: list[int]) -> Decimal | None:
    """tau-b by looking at every pair."""
    more = untied_first = untied_second = 0
    for one, two in combinations(range(len(first)), 2):
        here, there = first[one] - first[two], second[one] - second[two]
        more += (here * there > 0) - (here * there < 0)
        untied_first += here != 0
        untied_second += there != 0
    below = Decimal(untied_first * untied_second).sqrt()
    return more / below if below else None


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=12))
def test_kendalls_tau_b(pairs: list[tuple[int, int]]) -> None:
    first, second = [one for one, _two in pairs], [two for _one, two in pairs]
    found, expected = kendall_tau_b(first, second), tau_by_pairs(first, second)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert abs(found - expected) < Decimal("1e-20")


def test_tau_b_with_ties_as_another_software_has_it() -> None:
    """The example in the documentation of SciPy's `kendalltau`: −0.47140452…"""
    found = kendall_tau_b([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])
    assert found is not None and f"{found:.8f}" == "-0.47140452"


def test_entries_on_which_judges_differ_are_offered_for_a_third_reading() -> None:
    _inputs, output = result(
        {"A": {"J": 9, "K": 2}, "B": {"J": 5, "K": 1}, "C": {"J": 5, "K": 8}, "D": {"J": 0}}
    )
    first, second = diverging(RULE, output, "30")
    assert (first.entry, first.lowest_judge, first.highest_judge) == ("A", "K", "J")
    assert (first.lowest.shown, first.highest.shown, first.apart.shown) == (
        "20.00",
        "90.00",
        "70.00",
    )
    # Exactly as far apart as the bound is not beyond it: C is 30 apart.
    assert (second.entry, second.judges) == ("B", 2)
    assert [one.entry for one in diverging(RULE, output, "29.9")] == ["A", "B", "C"]


@pytest.mark.parametrize("bound", ["0", "-1", "100.1", "far"])
def test_a_bound_that_bounds_nothing(bound: str) -> None:
    _inputs, output = result({"A": {"J": 9, "K": 2}})
    with pytest.raises(Invalid):
        diverging(RULE, output, bound)


def kept_in_mind(inputs: ScoreInputs, output: ScoreOutput) -> dict[CautionKind, str]:
    steady = stability(RULE, inputs, output, top=1)
    found = cautions(output, agreement(inputs), severity(RULE, output), steady)
    return {one.kind: caution_words(one) for one in found}


def test_a_small_panel_is_told_plainly_what_it_cannot_know() -> None:
    table: dict[str, dict[str, Score]] = {
        "A": {"J": 9, "K": 2},
        "B": {"J": 5, "K": None},
        "C": {"K": 3},
    }
    said = kept_in_mind(*result(table, {("C", "K")}))
    assert said == {
        CautionKind.UNRANKED: "1 entry has no value, as nobody’s scores count for it.",
        CautionKind.ONE_JUDGE: "The rank of 1 entry rests on a single judge.",
        CautionKind.UNEVEN: (
            "Fewer judges than for others count for 1 entry: entries have from 1 to 2."
        ),
        CautionKind.STEPPED_BACK: (
            "In 1 case a judge stepped back from an entry; what they had scored does not count."
        ),
        CautionKind.LEFT_OUT: "1 scorecard was not complete and is left out, as the rule says.",
        CautionKind.FEW_JUDGES: (
            "There are fewer than 3 judges. What the result would be without one of them shows the "
            "taste of those who are left, and not how steady it is."
        ),
        CautionKind.NO_AGREEMENT: (
            "For 1 criterion the numbers are too few to say how far the judges agree."
        ),
        CautionKind.FEW_SHARED: (
            "2 judges share fewer than 5 entries with others: too few to say whether they are "
            "strict or mild."
        ),
    }


def test_a_large_panel_that_agrees_has_nothing_to_keep_in_mind() -> None:
    table: dict[str, dict[str, Score]] = {
        f"E{number}": {"J": number, "K": number, "L": number} for number in range(10)
    }
    assert kept_in_mind(*result(table)) == {}


def test_a_result_that_hangs_on_somebody_or_that_nobody_agrees_on() -> None:
    table: dict[str, dict[str, Score]] = {
        f"E{number}": {"J": number, "K": 10 - number, "L": (number * 7) % 10} for number in range(9)
    }
    assert {CautionKind.NOT_STEADY, CautionKind.LOW_AGREEMENT} <= kept_in_mind(
        *result(table)
    ).keys()


@settings(deadline=None)
@given(made_up_panels())
def test_every_panel_has_its_figures(panel: MadeUpPanel) -> None:
    """None of them fails for any recusal, gap or rule, and each caution has its words."""
    output = run(panel.rule, panel.inputs)
    steady = stability(panel.rule, panel.inputs, output, 2)
    judges = severity(panel.rule, output)
    found = cautions(output, agreement(panel.inputs), judges, steady)
    assert all(caution_words(one) for one in found)
    matrix = coverage_matrix(panel.inputs, output)
    assert sum(number for _count, number in matrix.by_count) == len(panel.inputs.entries)
    assert sum(one.counted for one in matrix.judges) == output.coverage.counted
    msgspec.json.encode((steady, judges, matrix, diverging(panel.rule, output, "10")))
