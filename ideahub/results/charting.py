"""Places of the marks in the charts of a result, in the units of their viewBox."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec

from ideahub.core.i18n import _
from ideahub.results.scales import HIGHEST_SHARE
from ideahub.results.severity import JudgeSeverity
from ideahub.results.stability import EntryStability, Stability
from ideahub.results.step_words import shown_number

# How wide a row is drawn, and how near to its ends a mark may be.
WIDTH, MARGIN = 400, 10
# What an entry or a judge is called, by its key.
Named = Callable[[str], str]


class SpanRow(msgspec.Struct, frozen=True):
    """A row of a chart: a line from `low` to `high`, a mark at `at` and another at `beside`.

    `words` says the same as text at the end of the row.
    """

    label: str
    low: float
    high: float
    at: float
    beside: float | None
    words: str


def severity_rows(judges: Sequence[JudgeSeverity], named: Named) -> list[SpanRow]:
    """For each judge who shares entries with others: their mean with its spread to both sides, and
    the others' mean beside it; the axis goes from 0 to 100."""
    return [
        SpanRow(
            label=named(one.judge),
            low=_along(one.mean.value - Fraction(one.spread), HIGHEST_SHARE),
            high=_along(one.mean.value + Fraction(one.spread), HIGHEST_SHARE),
            at=_along(one.mean.value, HIGHEST_SHARE),
            beside=_along(one.others_mean.value, HIGHEST_SHARE),
            words=_signed(one.difference.shown),
        )
        for one in judges
        if one.mean and one.others_mean and one.difference and one.spread is not None
    ]


def stability_rows(found: Stability, named: Named, most: int) -> tuple[list[SpanRow], float]:
    """For the first `most` entries: the rank, and the ranks that it has without one judge; and
    where the line below the last place that wins is drawn. The best is at the beginning."""
    shown = found.entries[:most]
    last = max([one.worst for one in shown], default=1)
    # Half a rank beyond the last place.
    border = _along(Fraction(2 * found.top - 1, 2), max(last - 1, 1))
    return [_stability_row(one, named, last) for one in shown], border


def _stability_row(one: EntryStability, named: Named, last: int) -> SpanRow:
    low, high, at = (
        _along(Fraction(rank - 1), max(last - 1, 1)) for rank in (one.best, one.worst, one.rank)
    )
    if one.best == one.worst:
        words = _("always %(rank)s", rank=one.rank)
    else:
        # Translators: from the best rank to the worst
        words = _("%(best)s to %(worst)s", best=one.best, worst=one.worst)
    return SpanRow(named(one.entry), low, high, at, None, words)


def _along(number: Fraction, whole: int) -> float:
    """A number from 0 to `whole`, as a place along the row; beyond its ends, at the end."""
    share = min(max(number / whole, Fraction(0)), Fraction(1))
    return round(float(MARGIN + share * (WIDTH - 2 * MARGIN)), 1)


def _signed(number: str) -> str:
    """A difference with its sign, as it is read: +3.20, −1.75."""
    shown = shown_number(number)
    return f"+{shown}" if Fraction(number) > 0 else shown
