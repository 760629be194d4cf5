"""All that a score run reads, in one order and one way of writing, under pseudonymous keys."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.results.exact_numbers import Rounding, decimal_text, rounded
from ideahub.results.scales import ScoreScale, checked_scale

WHOLE = 100
# An entry's key and a judge's.
Pair = tuple[str, str]
Score = str | int | Decimal | None


class ScoredCriterion(msgspec.Struct, frozen=True):
    """A criterion with its weight in percent, as a decimal."""

    key: str
    label: str
    weight: str
    scale: ScoreScale


class GivenScores(msgspec.Struct, frozen=True, order=True, gc=False):
    """What a judge gave an entry: a score for each criterion, in their order, None where none."""

    entry: str
    judge: str
    scores: tuple[str | None, ...]


class ScoreInputs(msgspec.Struct, frozen=True):
    """What a score run reads.

    `assigned` are the pairs of an entry and a judge who was to score it; `recused` those of them in
    which the judge stepped back: what they had scored is not among `given`. Keys tell nothing of
    who an entrant or a judge is; all lists but that of the criteria are sorted.
    """

    criteria: tuple[ScoredCriterion, ...]
    entries: tuple[str, ...]
    judges: tuple[str, ...]
    assigned: tuple[Pair, ...]
    recused: tuple[Pair, ...]
    given: tuple[GivenScores, ...]


def make_inputs(
    criteria: Sequence[ScoredCriterion],
    entries: Iterable[str],
    judges: Iterable[str],
    assigned: Iterable[Pair],
    scores: Mapping[Pair, Sequence[Score]],
    recused: Collection[Pair] = (),
) -> ScoreInputs:
    """The inputs, checked, sorted, and with every number written in the one way.

    `scores` are by entry and judge, in the order of the criteria; those of a recused judge are left
    out. Raises Invalid where weights, scales or a score cannot be used, and ValueError where a
    pair names an entry or judge that is not given, or scores belong to a pair not assigned.
    """
    panel = checked_criteria(criteria)
    known, people = sorted(set(entries)), sorted(set(judges))
    pairs = sorted(set(assigned))
    if not {entry for entry, _judge in pairs} <= set(known):
        raise ValueError("an assignment names an unknown entry")
    if not {judge for _entry, judge in pairs} <= set(people):
        raise ValueError("an assignment names an unknown judge")
    stepped_back = set(recused).intersection(pairs)
    counted = {pair: some for pair, some in scores.items() if pair not in set(recused)}
    if not counted.keys() <= set(pairs):
        raise ValueError("scores belong to a pair that is not assigned")
    read = _ScoreReader(panel)
    return ScoreInputs(
        criteria=panel,
        entries=tuple(known),
        judges=tuple(people),
        assigned=tuple(pairs),
        recused=tuple(sorted(stepped_back)),
        given=tuple(
            GivenScores(entry, judge, read(some))
            for (entry, judge), some in sorted(counted.items())
            if any(score is not None for score in some)
        ),
    )


class _ScoreReader:
    """Checks scores and writes them in the one way; equal scores are read once."""

    def __init__(self, criteria: Sequence[ScoredCriterion]) -> None:
        self._criteria = criteria
        self._known: list[dict[Score, str | None]] = [{None: None} for _one in criteria]

    def __call__(self, scores: Sequence[Score]) -> tuple[str | None, ...]:
        return tuple(
            known[score] if score in known else self._read(criterion, known, score)
            for criterion, known, score in zip(self._criteria, self._known, scores, strict=True)
        )

    def _read(
        self, criterion: ScoredCriterion, known: dict[Score, str | None], score: Score
    ) -> str:
        assert score is not None
        text = decimal_text(score, criterion.key)
        criterion.scale.position_of(text, criterion.key)
        known[score] = text
        return text


def checked_criteria(criteria: Sequence[ScoredCriterion]) -> tuple[ScoredCriterion, ...]:
    """The criteria with checked weights and scales; raises Invalid."""
    if not criteria:
        raise Invalid(_("Name at least one criterion."), field="criteria")
    if len({one.key for one in criteria}) < len(criteria):
        raise ValueError("two criteria have one key")
    check_weights([one.weight for one in criteria])
    return tuple(
        ScoredCriterion(one.key, one.label, decimal_text(one.weight), checked_scale(one.scale))
        for one in criteria
    )


def check_weights(weights: Sequence[str | Decimal]) -> None:
    """Raises Invalid where these weights in percent do not add up to exactly 100."""
    read = [Fraction(decimal_text(weight, "weight")) for weight in weights]
    if any(weight <= 0 for weight in read):
        raise Invalid(_("Each weight has to be more than zero."), field="weight")
    total = sum(read, Fraction(0))
    if total == WHOLE:
        return
    digits = max(len(decimal_text(weight).partition(".")[2]) for weight in weights)
    added, off = (
        rounded(number, digits, Rounding.HALF_EVEN) for number in (total, abs(WHOLE - total))
    )
    if total < WHOLE:
        reason = _(
            "The weights add up to %(sum)s %%, so %(off)s %% is missing. They have to add up to "
            "100 %%.",
            sum=added,
            off=off,
        )
    else:
        reason = _(
            "The weights add up to %(sum)s %%, which is %(off)s %% too much. They have to add up "
            "to 100 %%.",
            sum=added,
            off=off,
        )
    raise Invalid(reason, field="weight")
