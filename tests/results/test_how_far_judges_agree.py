"""Krippendorff's alpha against published worked examples, and where it says nothing."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ideahub.results.agreement import (
    AgreementReading,
    Level,
    NoAgreement,
    agreement,
    krippendorff_alpha,
    read,
)
from ideahub.results.exact_numbers import Rounding, rounded
from ideahub.results.plainly import agreement_words
from ideahub.results.scales import ScoreScale
from ideahub.results.score_inputs import Score, ScoredCriterion, ScoreInputs, make_inputs
from tests.results.panels import POINTS, STARS, YES_NO

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): two observers and two values
# (section A), two observers and five values (B), four observers with gaps (C). The last is the
# example of Wikipedia's article on alpha. A line is an observer, a column a unit, a dot a gap.
BINARY = ("0100000010", "1110010000")
FIVE_VALUES = ("aabbdcccedda", "babbbccceddd")
FOUR_OBSERVERS = ("123321412...", "1233224125..", ".33323422513", "12332441251.")
THREE_CODERS = (".....34121133.3", "1.213343.......", "..21344.21133.4")


def units(lines: tuple[str, ...]) -> list[list[int]]:
    """What each unit was given."""
    return [[ord(value) for value in column if value != "."] for column in zip(*lines, strict=True)]


@pytest.mark.parametrize(
    ("lines", "level", "alpha"),
    [
        (BINARY, Level.NOMINAL, "0.095"),
        (FIVE_VALUES, Level.NOMINAL, "0.692"),
        (FOUR_OBSERVERS, Level.NOMINAL, "0.743"),
        (FOUR_OBSERVERS, Level.ORDINAL, "0.815"),
        (FOUR_OBSERVERS, Level.INTERVAL, "0.849"),
        (THREE_CODERS, Level.NOMINAL, "0.691"),
        (THREE_CODERS, Level.INTERVAL, "0.811"),
    ],
)
def test_published_examples(lines: tuple[str, ...], level: Level, alpha: str) -> None:
    found = krippendorff_alpha(units(lines), level)
    assert found is not None and rounded(found, 3, Rounding.HALF_EVEN) == alpha


def by_pairs(some: list[list[int]], level: Level) -> Fraction | None:
    """Alpha by its first definition: the mean squared difference of pairs of values within units
    and among all, each value by itself."""
    all_values = [value for unit in some if len(unit) > 1 for value in unit]

    def difference(one: int, two: int) -> Fraction:
        if level is Level.NOMINAL:
            return Fraction(one != two)
        if level is Level.INTERVAL:
            return Fraction(one - two) ** 2
        low, high = min(one, two), max(one, two)
        between = sum(low <= value <= high for value in all_values)
        ends = Fraction(all_values.count(low) + all_values.count(high), 2)
        return Fraction(between - ends) ** 2 if one != two else Fraction(0)

    observed = sum(
        (difference(*pair) / (len(unit) - 1) for unit in some for pair in permutations(unit, 2)),
        Fraction(0),
    )
    expected = sum((difference(*pair) for pair in permutations(all_values, 2)), Fraction(0))
    return 1 - (len(all_values) - 1) * observed / expected if expected else None


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=8).map(
        lambda some: [unit for unit in some if len(unit) != 1]
    ),
    st.sampled_from(Level),
)
def test_it_is_what_its_definition_says(some: list[list[int]], level: Level) -> None:
    assert krippendorff_alpha(some, level) == by_pairs(some, level)


def scored(scale: ScoreScale, *entries: list[Score]) -> ScoreInputs:
    """Entries with what each judge gave on the one criterion."""
    scores = {
        (f"E{at}", f"J{judge}"): [score]
        for at, given_ in enumerate(entries)
        for judge, score in enumerate(given_)
    }
    criterion = ScoredCriterion("c", "C", "100", scale)
    names = {entry for entry, _judge in scores}
    return make_inputs([criterion], names, {judge for _entry, judge in scores}, scores, scores)


@pytest.mark.parametrize(
    ("scale", "level"),
    [(YES_NO, Level.NOMINAL), (STARS, Level.ORDINAL), (POINTS, Level.INTERVAL)],
)
def test_each_scale_has_its_level(scale: ScoreScale, level: Level) -> None:
    low, high = scale.score_at(0), scale.score_at(1)
    [found] = agreement(
        scored(scale, [low, low], [high, high], [low, low], [high, high], [low] * 3)
    )
    assert (found.level, found.entries, found.scores) == (level, 5, 11)
    assert found.alpha and found.alpha.fraction == "1/1"
    assert found.reading is AgreementReading.RELIABLE
    assert agreement_words(found) == "The judges agree well."


@pytest.mark.parametrize(
    ("entries", "why", "words"),
    [
        ([[1], [2], [3], [4], [5]], NoAgreement.FEW_JUDGES, "nothing to compare"),
        ([[1, 2], [2, 3], [3, 4], [4, 5], [5]], NoAgreement.FEW_ENTRIES, "Fewer than 5 entries"),
        ([[3, 3]] * 6, NoAgreement.NO_VARIATION, "All scores are the same"),
    ],
)
def test_too_few_numbers_give_no_figure(
    entries: list[list[Score]], why: NoAgreement, words: str
) -> None:
    [found] = agreement(scored(POINTS, *entries))
    assert (found.alpha, found.reading, found.why_none) == (None, None, why)
    assert words in agreement_words(found)


def test_judges_who_do_not_agree() -> None:
    [found] = agreement(scored(POINTS, [0, 10], [10, 0], [5, 0], [0, 5], [10, 5]))
    assert found.alpha and found.alpha.value < 0
    assert "too little" in agreement_words(found)
    assert read(Fraction(8, 10)) is AgreementReading.RELIABLE
    assert read(Fraction(7, 10)) is AgreementReading.TENTATIVE
