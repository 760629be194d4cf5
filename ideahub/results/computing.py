"""A score run: from rule and inputs to ranks, exactly, and the same bytes however often."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby, pairwise

import msgspec

from ideahub.core.i18n import ngettext
from ideahub.core.refusals import Conflict
from ideahub.results.canonical import canonical, digest
from ideahub.results.exact_numbers import Exact
from ideahub.results.panel_values import CountedScores, Counting, PanelValue, in_whole_numbers
from ideahub.results.score_inputs import GivenScores, Pair, ScoreInputs
from ideahub.results.scoring_rule import MissingScores, ScoringRule, checked_rule

EXPORT_FORMAT = "ideahub-score-export-1"


class ScoresMissing(Conflict):
    """The rule gives no result while scores are missing; `pairs` say of which entry and judge."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = tuple(pairs)
        super().__init__(
            ngettext(
                "%(num)s scorecard is not complete. The rule gives no result until it is, or its "
                "judge steps back.",
                "%(num)s scorecards are not complete. The rule gives no result until they are, or "
                "their judges step back.",
                len(pairs),
            )
        )


class ScoreState(StrEnum):
    """Whether the scores of a judge count for an entry."""

    COUNTED = "counted"
    LEFT_OUT = "left_out"
    RECUSED = "recused"


class JudgeTotal(msgspec.Struct, frozen=True, gc=False):
    """A judge's total of an entry, None where it does not count. `filled` are the criteria whose
    missing score counts as the lowest."""

    judge: str
    counted: ScoreState
    total: Exact | None
    filled: tuple[str, ...] = ()


class EntryResult(msgspec.Struct, frozen=True, gc=False):
    """An entry's place. `rank` and `panel` are None, and `criteria` are empty, where nobody's
    scores count.

    `criteria` are the panel's values in the order of the criteria. `shared_by` is how many other
    entries have the same rank; `tie_break` are the criteria that had to be looked at to rank it
    among entries with the same value. `trimmed` is how many totals at each end the trimmed mean
    left out.
    """

    entry: str
    rank: int | None
    panel: Exact | None
    criteria: tuple[Exact, ...]
    judges: tuple[JudgeTotal, ...]
    assigned: int
    counted: int
    recused: int
    trimmed: int
    shared_by: int
    tie_break: tuple[str, ...]


class SharedRank(msgspec.Struct, frozen=True):
    """Entries that nothing in the rule tells apart."""

    rank: int
    entries: tuple[str, ...]


class RunCoverage(msgspec.Struct, frozen=True):
    """How many pairs of entry and judge there were, and what became of them; `unranked` is how
    many entries have no value."""

    assigned: int
    counted: int
    left_out: int
    recused: int
    unranked: int


class ScoreOutput(msgspec.Struct, frozen=True):
    """The output of a run, entries by rank and then by key; those without a rank come last."""

    version: str
    rule_sha256: str
    inputs_sha256: str
    coverage: RunCoverage
    entries: tuple[EntryResult, ...]
    shared_ranks: tuple[SharedRank, ...]


def run(rule: ScoringRule, inputs: ScoreInputs) -> ScoreOutput:
    """Computes the result. Raises Invalid for a rule that cannot be used and ScoresMissing where
    the rule refuses to go on without scores; no recusal stops it."""
    rule = checked_rule(rule, tuple(one.key for one in inputs.criteria))
    _refuse_missing(rule, inputs)
    counting = Counting(rule, inputs.criteria)
    counted = counted_scores(counting, inputs)
    values = {entry: counting.value(some) for entry, some in counted.items()}
    ranked = _ranked(counting, values)
    recused = set(inputs.recused)
    judges = judges_of(inputs)
    results = tuple(
        [
            _entry_result(
                counting, place, values[place.entry], judges, recused, counted[place.entry]
            )
            for place in ranked
        ]
    )
    return ScoreOutput(
        version=rule.version,
        rule_sha256=digest(rule),
        inputs_sha256=digest(inputs),
        coverage=_coverage(results),
        entries=results,
        shared_ranks=_shared_ranks(results),
    )


def export(rule: ScoringRule, inputs: ScoreInputs, output: ScoreOutput) -> bytes:
    """The file that is published: all that is needed to compute the result again."""
    rule = checked_rule(rule, tuple(one.key for one in inputs.criteria))
    return canonical(
        {
            "format": EXPORT_FORMAT,
            "rule": msgspec.to_builtins(rule),
            "inputs": msgspec.to_builtins(inputs),
            "output": msgspec.to_builtins(output),
            "output_sha256": digest(output),
        }
    )


def judges_of(inputs: ScoreInputs) -> dict[str, list[str]]:
    """Entry → the judges who were to score it, in order."""
    found: dict[str, list[str]] = {entry: [] for entry in inputs.entries}
    for entry, judge in inputs.assigned:
        found[entry].append(judge)
    return found


def given_by_entry(inputs: ScoreInputs) -> dict[str, dict[str, GivenScores]]:
    """Entry → judge → what they gave it."""
    found: dict[str, dict[str, GivenScores]] = {entry: {} for entry in inputs.entries}
    for given in inputs.given:
        found[given.entry][given.judge] = given
    return found


def counted_scores(counting: Counting, inputs: ScoreInputs) -> dict[str, list[CountedScores]]:
    """Entry → the scores that count."""
    recused = set(inputs.recused)
    given = given_by_entry(inputs)
    return {
        entry: counting.count_entry(
            (judge for judge in judges if (entry, judge) not in recused), given[entry]
        )
        for entry, judges in judges_of(inputs).items()
    }


def _refuse_missing(rule: ScoringRule, inputs: ScoreInputs) -> None:
    if rule.missing is not MissingScores.REFUSE:
        return
    complete = {(given.entry, given.judge) for given in inputs.given if None not in given.scores}
    recused = set(inputs.recused)
    missing = [pair for pair in inputs.assigned if pair not in complete and pair not in recused]
    if missing:
        raise ScoresMissing(missing)


class RankedPlace(msgspec.Struct, frozen=True, gc=False):
    """Where an entry stands; `compared` is how many criteria of the tie-break were looked at."""

    entry: str
    rank: int | None
    shared_by: int = 0
    compared: int = 0


def _ranked(counting: Counting, values: Mapping[str, PanelValue | None]) -> list[RankedPlace]:
    """Every entry's place, the best first."""
    (keys,) = in_whole_numbers(
        [{entry: value.ranking_key(counting.ties) for entry, value in values.items() if value}]
    )
    in_order = sorted(sorted(keys), key=lambda entry: keys[entry] or (), reverse=True)
    compared = [keys[entry] or () for entry in in_order]
    equal = [0, *(_equal_parts(one, two) for one, two in pairwise(compared)), 0]
    places = []
    rank = 1
    for _key, some in groupby(range(len(in_order)), key=compared.__getitem__):
        group = list(some)
        for at in group:
            # Equal in so many parts with a neighbour, it took one more to tell them apart.
            deepest = max(equal[at], equal[at + 1])
            looked_at = min(deepest, len(counting.ties))
            places.append(RankedPlace(in_order[at], rank, len(group) - 1, looked_at))
        rank += len(group)
    return places + [RankedPlace(entry, None) for entry in sorted(values.keys() - keys.keys())]


def _equal_parts(one: Sequence[object], two: Sequence[object]) -> int:
    """In how many parts from the beginning two keys are the same."""
    return next(
        (at for at, (here, there) in enumerate(zip(one, two, strict=True)) if here != there),
        len(one),
    )


def _entry_result(
    counting: Counting,
    place: RankedPlace,
    value: PanelValue | None,
    judges: Mapping[str, Sequence[str]],
    recused: set[Pair],
    counted: Sequence[CountedScores],
) -> EntryResult:
    rule = counting.rule
    totals = tuple(_judge_totals(counting, place.entry, judges[place.entry], recused, counted))
    return EntryResult(
        entry=place.entry,
        rank=place.rank,
        panel=counting.exact(value.total) if value else None,
        criteria=tuple(map(counting.exact, value.criteria if value else ())),
        judges=totals,
        assigned=len(totals),
        counted=len(counted),
        recused=sum(one.counted is ScoreState.RECUSED for one in totals),
        trimmed=rule.trimmed(len(counted)) if counted else 0,
        shared_by=place.shared_by,
        tie_break=rule.ties[: place.compared],
    )


def _judge_totals(
    counting: Counting,
    entry: str,
    judges: Sequence[str],
    recused: set[Pair],
    counted: Sequence[CountedScores],
) -> Iterator[JudgeTotal]:
    by_judge = {one.judge: one for one in counted}
    for judge in judges:
        if one := by_judge.get(judge):
            filled = tuple(counting.criteria[at].key for at in one.filled)
            yield JudgeTotal(judge, ScoreState.COUNTED, counting.exact(one.total), filled)
        else:
            gone = (entry, judge) in recused
            yield JudgeTotal(judge, ScoreState.RECUSED if gone else ScoreState.LEFT_OUT, None)


def _coverage(results: Sequence[EntryResult]) -> RunCoverage:
    assigned = sum(one.assigned for one in results)
    counted = sum(one.counted for one in results)
    recused = sum(one.recused for one in results)
    unranked = sum(one.rank is None for one in results)
    return RunCoverage(assigned, counted, assigned - counted - recused, recused, unranked)


def _shared_ranks(results: Sequence[EntryResult]) -> tuple[SharedRank, ...]:
    shared: dict[int, list[str]] = {}
    for one in results:
        if one.rank is not None and one.shared_by:
            shared.setdefault(one.rank, []).append(one.entry)
    return tuple(SharedRank(rank, tuple(entries)) for rank, entries in shared.items())
