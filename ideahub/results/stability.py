"""Whether the result hangs on one judge: ranks once more, leaving out one judge after the other."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import msgspec

from ideahub.results.computing import ScoreOutput, counted_scores
from ideahub.results.exact_numbers import Rounding, rounded
from ideahub.results.panel_values import (
    CountedScores,
    Counting,
    Key,
    WholeKey,
    in_whole_numbers,
)
from ideahub.results.rank_correlation import kendall_tau_b
from ideahub.results.score_inputs import ScoreInputs
from ideahub.results.scoring_rule import ScoringRule

TAU_DECIMALS = 3
# Without one of two judges, a single one decides: that shows their taste, not how stable a panel's
# result is.
FEWEST_JUDGES = 3


class WithoutJudge(msgspec.Struct, frozen=True):
    """The result without a judge.

    `scored` is how many entries they scored, `moved` how many entries then have another rank, and
    `furthest` by how many ranks at most. `entering` and `leaving` are what would be among the best
    and what would not any more. `lost` entries would have no value. `tau` is how alike the two
    orders are (rank_correlation.py); None where there is nothing to compare.
    """

    judge: str
    scored: int
    moved: int
    furthest: int
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    lost: tuple[str, ...]
    tau: str | None


class EntryStability(msgspec.Struct, frozen=True):
    """An entry's rank, the best and the worst that it has without one judge, and without how many
    of the judges it is among the best."""

    entry: str
    rank: int
    best: int
    worst: int
    times_among_best: int


class Stability(msgspec.Struct, frozen=True):
    """What leaving out each judge does. `is_few` says that a panel of so few judges cannot show it.
    `steady` is whether the same entries are among the best `top` without any one of the judges."""

    top: int
    is_few: bool
    steady: bool
    runs: tuple[WithoutJudge, ...]
    entries: tuple[EntryStability, ...]


def stability(rule: ScoringRule, inputs: ScoreInputs, output: ScoreOutput, top: int) -> Stability:
    """Leaves out each judge in turn; `top` is how many places win or advance.

    Entries are among the best whose rank is at most `top`, so more than `top` where they share it.
    """
    counting = Counting(rule, inputs.criteria)
    counted = counted_scores(counting, inputs)
    changed = _changed_keys(counting, counted)
    own = {entry: _key(counting, some) for entry, some in counted.items()}
    keys, *tables = in_whole_numbers([own, *changed.values()])
    ranks = {one.entry: one.rank for one in output.entries if one.rank is not None}
    runs, all_ranks = [], []
    for judge, altered in zip(changed, tables, strict=True):
        now = _ranks({**keys, **altered})
        runs.append(_compare(judge, len(altered), ranks, now, top))
        all_ranks.append(now)
    return Stability(
        top=top,
        is_few=len(runs) < FEWEST_JUDGES,
        steady=not any(one.entering or one.leaving for one in runs),
        runs=tuple(runs),
        entries=tuple(_entries(ranks, all_ranks, top)),
    )


def _key(counting: Counting, counted: Sequence[CountedScores]) -> Key | None:
    value = counting.value(counted)
    return value.ranking_key(counting.ties) if value else None


def _changed_keys(
    counting: Counting, counted: Mapping[str, Sequence[CountedScores]]
) -> dict[str, dict[str, Key | None]]:
    """Judge → the entries that they scored → the key without them."""
    found: dict[str, dict[str, Key | None]] = {}
    for entry, some in counted.items():
        for one in some:
            others = [other for other in some if other is not one]
            found.setdefault(one.judge, {})[entry] = _key(counting, others)
    return dict(sorted(found.items()))


def _ranks(keys: Mapping[str, WholeKey | None]) -> dict[str, int]:
    """Entry → rank, of all that have a value."""
    in_order = sorted((key for key in keys.values() if key is not None), reverse=True)
    ranks: dict[WholeKey, int] = {}
    for rank, key in enumerate(in_order, 1):
        ranks.setdefault(key, rank)
    return {entry: ranks[key] for entry, key in keys.items() if key is not None}


def _compare(
    judge: str, scored: int, ranks: Mapping[str, int], without: Mapping[str, int], top: int
) -> WithoutJudge:
    both = [entry for entry in ranks if entry in without]
    changes = [abs(ranks[entry] - without[entry]) for entry in both]
    before, after = (
        {entry for entry, rank in some.items() if rank <= top} for some in (ranks, without)
    )
    tau = kendall_tau_b([ranks[entry] for entry in both], [without[entry] for entry in both])
    # Both lists begin with the best.
    in_order = sorted(both, key=lambda entry: (without[entry], entry))
    return WithoutJudge(
        judge=judge,
        scored=scored,
        moved=sum(change > 0 for change in changes),
        furthest=max(changes, default=0),
        entering=tuple(entry for entry in in_order if entry in after - before),
        leaving=tuple(entry for entry in ranks if entry in before - after),
        lost=tuple(entry for entry in ranks if entry not in without),
        tau=None if tau is None else _shown(Fraction(tau)),
    )


def _shown(tau: Fraction) -> str:
    return rounded(tau, TAU_DECIMALS, Rounding.HALF_EVEN)


def _entries(
    ranks: Mapping[str, int], all_ranks: Sequence[Mapping[str, int]], top: int
) -> Iterator[EntryStability]:
    for entry, rank in ranks.items():
        others = [without[entry] for without in all_ranks if entry in without]
        yield EntryStability(
            entry=entry,
            rank=rank,
            best=min([rank, *others]),
            worst=max([rank, *others]),
            times_among_best=sum(other <= top for other in others),
        )
