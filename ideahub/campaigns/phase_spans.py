"""Where phases that run side by side lie on one axis of time, for drawing them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import NamedTuple

from ideahub.campaigns.phases import PhaseNow
from ideahub.campaigns.windows import dated, overlap

# The least that can be seen, in percent of the axis.
LEAST = 1.5


class PhaseSpan(NamedTuple):
    """A part of an axis of time in percent: where it begins, how long it is, and where now is."""

    start: float
    length: float
    now: float


def spans(phases: Sequence[PhaseNow]) -> dict[int, PhaseSpan]:
    """The span of each phase with a date, by its number; empty where no two phases overlap.

    The axis goes from the first date to the last. A phase without an opening begins with it, one
    without an end goes on to its end.
    """
    known = dated(phases)
    if not any(overlap(one, other) for one, other in combinations(known, 2)):
        return {}
    ends = [at for phase in phases for at in (phase.opens_at, phase.closes_at) if at]
    # Overlapping phases have two dates at least; they are the same only where nobody sees a time.
    first, last = min(ends), max(ends)
    whole = (last - first).total_seconds() or 1

    def percent(at: datetime) -> float:
        return round(100 * (at - first).total_seconds() / whole, 1)

    found = {}
    for phase in phases:
        if not (phase.opens_at or phase.closes_at):
            continue
        length = percent(phase.closes_at or last) - percent(phase.opens_at or first)
        length = round(max(length, LEAST), 1)
        start = min(percent(phase.opens_at or first), 100 - length)
        found[phase.id] = PhaseSpan(start, length, percent(phase.now))
    return found
