"""How far judges agree: Krippendorff's alpha for each criterion.

alpha = 1 − observed disagreement ÷ disagreement expected by chance. It is 1 where all agree, and 0
where they agree as much as if scores had been dealt out at random; it can be below. It takes any
number of judges and leaves out what is missing. Formulas and letters are those of Krippendorff,
"Computing Krippendorff's Alpha-Reliability" (2011), section C and following.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, product
from math import lcm

import msgspec

from ideahub.results.exact_numbers import Exact, Rounding, exact
from ideahub.results.scales import ScaleKind
from ideahub.results.score_inputs import ScoredCriterion, ScoreInputs

SHOWN_DECIMALS = 3
# Krippendorff, Content Analysis (2004), p. 241: at or above the first, conclusions can be relied
# on; below the second, they cannot; between them, they are tentative.
RELIABLE, TENTATIVE = Fraction(800, 1000), Fraction(667, 1000)
# With fewer entries that two judges scored, one score more or less turns the figure around: among
# four entries, a single other "yes" moves it by about a half.
FEWEST_ENTRIES = 5


class Level(StrEnum):
    """What the values of a criterion mean: names only, an order, or distances too."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


class NoAgreement(StrEnum):
    """Why there is no figure."""

    FEW_JUDGES = "few_judges"
    FEW_ENTRIES = "few_entries"
    NO_VARIATION = "no_variation"


class AgreementReading(StrEnum):
    """What a figure is commonly taken to say."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    UNRELIABLE = "unreliable"


class CriterionAgreement(msgspec.Struct, frozen=True):
    """Agreement on a criterion: `alpha` and what it says, or why there is none.

    `entries` is how many entries have scores of two judges or more, `scores` how many these are.
    """

    criterion: str
    level: Level
    entries: int
    scores: int
    alpha: Exact | None
    reading: AgreementReading | None
    why_none: NoAgreement | None


LEVELS = {
    ScaleKind.YES_NO: Level.NOMINAL,
    ScaleKind.RATING: Level.ORDINAL,
    ScaleKind.POINTS: Level.INTERVAL,
}


def agreement(inputs: ScoreInputs) -> list[CriterionAgreement]:
    """The agreement on each criterion, over all scores given by judges who did not step back."""
    return [_on(inputs, at, criterion) for at, criterion in enumerate(inputs.criteria)]


def krippendorff_alpha(units: Iterable[Sequence[int]], level: Level) -> Fraction | None:
    """Alpha of the values that each unit was given; None where no two can be compared, or where
    all values are the same, which leaves nothing to agree about.

    With o_ck the coincidences, n_c their sums, n all of them and δ² the squared difference:
    1 − (n − 1) · Σ o_ck δ²_ck ÷ Σ n_c n_k δ²_ck, over all pairs c, k.
    """
    coincidences = _coincidences(units)
    sums: dict[int, Fraction] = {}
    for (value, _other), count in coincidences.items():
        sums[value] = sums.get(value, Fraction(0)) + count
    if len(sums) < 2:
        return None
    squared = _squared_differences(sums, level)
    observed = sum(count * squared[pair] for pair, count in coincidences.items())
    expected = sum(sums[one] * sums[two] * squared[one, two] for one, two in squared)
    return 1 - (sum(sums.values()) - 1) * Fraction(observed) / Fraction(expected)


def _on(inputs: ScoreInputs, at: int, criterion: ScoredCriterion) -> CriterionAgreement:
    # A position in place of points: no other steps of the same length change alpha.
    positions = functools.cache(criterion.scale.position_of)
    values: dict[str, list[int]] = {}
    for given in inputs.given:
        if (score := given.scores[at]) is not None:
            values.setdefault(given.entry, []).append(positions(score))
    level = LEVELS[criterion.scale.kind]
    units = [some for some in values.values() if len(some) > 1]
    why_none = _why_none(units)
    alpha = None if why_none else krippendorff_alpha(units, level)
    return CriterionAgreement(
        criterion=criterion.key,
        level=level,
        entries=len(units),
        scores=sum(map(len, units)),
        alpha=None if alpha is None else exact(alpha, SHOWN_DECIMALS, Rounding.HALF_EVEN),
        reading=None if alpha is None else read(alpha),
        why_none=why_none,
    )


def read(alpha: Fraction) -> AgreementReading:
    """What a figure is commonly taken to say."""
    if alpha >= RELIABLE:
        return AgreementReading.RELIABLE
    return AgreementReading.TENTATIVE if alpha >= TENTATIVE else AgreementReading.UNRELIABLE


def _why_none(units: Sequence[Sequence[int]]) -> NoAgreement | None:
    if not units:
        return NoAgreement.FEW_JUDGES
    if len(units) < FEWEST_ENTRIES:
        return NoAgreement.FEW_ENTRIES
    if len({value for unit in units for value in unit}) == 1:
        return NoAgreement.NO_VARIATION
    return None


def _coincidences(units: Iterable[Sequence[int]]) -> dict[tuple[int, int], Fraction]:
    """How often one value met another: within a unit of m values, each pair counts 1 ÷ (m − 1)."""
    by_size: dict[int, Counter[tuple[int, int]]] = {}
    for unit in units:
        if len(unit) > 1:
            pairs = by_size.setdefault(len(unit), Counter())
            counts = Counter(unit)
            for one, two in product(counts, counts):
                pairs[one, two] += counts[one] * (counts[two] - (one == two))
    whole = lcm(*(size - 1 for size in by_size))
    found: Counter[tuple[int, int]] = Counter()
    for size, pairs in by_size.items():
        for pair, count in pairs.items():
            found[pair] += count * (whole // (size - 1))
    return {pair: Fraction(count, whole) for pair, count in found.items()}


def _squared_differences(
    sums: Mapping[int, Fraction], level: Level
) -> dict[tuple[int, int], Fraction]:
    """δ² of each pair of values: 1 or 0; (c − k)²; or, for an order, the square of how many values
    lie between them, counting half of those that are c or k."""
    if level is Level.NOMINAL:
        return {(one, two): Fraction(one != two) for one, two in product(sums, sums)}
    place = dict(sums)
    if level is Level.ORDINAL:
        ordered = sorted(sums)
        upto = accumulate(sums[value] for value in ordered)
        place = {
            value: before - sums[value] / 2 for value, before in zip(ordered, upto, strict=True)
        }
    else:
        place = {value: Fraction(value) for value in sums}
    return {(one, two): (place[one] - place[two]) ** 2 for one, two in product(sums, sums)}
