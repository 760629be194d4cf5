"""Points out where the phases of a challenge overlap or contradict each other."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from ideahub.campaigns.labels import accepts_labels
from ideahub.campaigns.models import Accepts, Purpose
from ideahub.campaigns.purposes import OFFERED
from ideahub.campaigns.windows import END, Timed, Window, dated, overlap, windows
from ideahub.core.dates import moment_words
from ideahub.core.i18n import N_, _, side_by_side

TOO_EARLY = {
    Accepts.IDEAS: N_(
        "“%(name)s” begins on %(start)s, before ideas close: some would come too late for it."
    ),
    Accepts.ENTRIES: N_(
        "“%(name)s” begins on %(start)s, before entries close: some would come too late for it."
    ),
}


def contradictions(phases: Sequence[Timed]) -> list[str]:
    """A sentence for each overlap and contradiction, with what to do about it."""
    known = dated(phases)
    return [*_overlaps(known), *_late_ideas(known), *_early_judging(known)]


def _overlaps(phases: Sequence[Timed]) -> Iterator[str]:
    for one, other in combinations(phases, 2):
        together = overlap(one, other)
        both = OFFERED.intersection(one.accepts, other.accepts)
        if together is None or not both:
            continue
        what = side_by_side(label for value, label in accepts_labels().items() if value in both)
        values = {"first": _name(one), "second": _name(other), "what": what, **_said(together)}
        if together.closes:
            yield _("“%(first)s” and “%(second)s” overlap until %(end)s: %(what)s.", **values)
        else:
            yield _("“%(first)s” and “%(second)s” overlap without an end: %(what)s.", **values)


def _late_ideas(phases: Sequence[Timed]) -> Iterator[str]:
    """Phases that are for something else and keep ideas open after the collecting has ended."""
    ends = [phase.closes_at for phase in phases if phase.purpose is Purpose.IDEAS]
    last = max((end for end in ends if end), default=None)
    for phase in phases:
        if phase.purpose in {Purpose.IDEAS, Purpose.OTHER} or Accepts.IDEAS not in phase.accepts:
            continue
        if last and None not in ends and (phase.closes_at is None or phase.closes_at > last):
            yield _(
                "Ideas are collected until %(end)s, but “%(name)s” goes on accepting them. Untick "
                "“New ideas” there, or let the collecting last as long.",
                end=moment_words(last, phase.timezone),
                name=_name(phase),
            )
        elif not ends:
            yield _(
                "“%(name)s” is not for collecting ideas, but accepts them. Untick “New ideas” "
                "there, or say that it is for collecting.",
                name=_name(phase),
            )


def _early_judging(phases: Sequence[Timed]) -> Iterator[str]:
    for phase in phases:
        if phase.purpose not in {Purpose.JUDGING, Purpose.DECIDING}:
            continue
        for wanted, sentence in TOO_EARLY.items():
            if phase.opens_at and any(
                window.closes is None or phase.opens_at < window.closes
                for window in _judged_then(phases, phase, wanted)
            ):
                start = moment_words(phase.opens_at, phase.timezone)
                yield _(sentence, name=_name(phase), start=start)


def _judged_then(phases: Sequence[Timed], judging: Timed, wanted: str) -> list[Window]:
    """The times in which something comes in that is judged in this phase. What opens only after the
    judging has begun belongs to a later round, unless nothing opens before."""
    opens = judging.opens_at or END
    able = [phase for phase in phases if wanted in phase.accepts]
    begun = [phase for phase in able if phase.opens_at is None or phase.opens_at < opens]
    return windows(begun or able, wanted)


def _name(phase: Timed) -> str:
    return phase.name or "…"


def _said(window: Window) -> dict[str, str]:
    return {"end": moment_words(window.closes, window.timezone) if window.closes else ""}
