"""Entries on which judges differ so much that a third reading is due."""

from fractions import Fraction

import msgspec

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.results.computing import ScoreOutput
from ideahub.results.exact_numbers import Exact, exact, fraction_of
from ideahub.results.scales import HIGHEST_SHARE
from ideahub.results.scoring_rule import ScoringRule


class DivergentEntry(msgspec.Struct, frozen=True):
    """An entry whose highest total is further from its lowest than the bound; in points from 0 to
    100. `judges` is how many scored it."""

    entry: str
    rank: int | None
    lowest_judge: str
    lowest: Exact
    highest_judge: str
    highest: Exact
    apart: Exact
    judges: int


def diverging(rule: ScoringRule, output: ScoreOutput, bound: str) -> list[DivergentEntry]:
    """The entries to offer for a third reading, those with the judges furthest apart first.

    `bound` is how many points from 0 to 100 apart is still taken for agreement; an entry is offered
    where its highest and its lowest total are further apart. Raises Invalid for a bound outside.
    """
    limit = fraction_of(bound, "bound")
    if not 0 < limit <= HIGHEST_SHARE:
        raise Invalid(_("The bound has to be more than 0 and at most 100 points."), field="bound")
    found = []
    for entry in output.entries:
        totals = sorted(
            (one.total.value, one.judge, one.total) for one in entry.judges if one.total
        )
        if totals and (apart := Fraction(totals[-1][0] - totals[0][0])) > limit:
            (_low, low_judge, low), (_high, high_judge, high) = totals[0], totals[-1]
            shown = exact(apart, rule.decimals, rule.rounding)
            row = DivergentEntry(
                entry.entry, entry.rank, low_judge, low, high_judge, high, shown, len(totals)
            )
            found.append((-apart, entry.entry, row))
    return [row for *_order, row in sorted(found, key=lambda one: one[:2])]
