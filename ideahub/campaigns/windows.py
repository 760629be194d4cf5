"""The times in which a campaign accepts something, taken together over all its phases."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from ideahub.campaigns.models import Purpose

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


class Timed(Protocol):
    """What is asked of a phase here: a stored one, or one that is planned."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def opens_at(self) -> datetime | None:
        """When it opens; None: from the start."""

    @property
    def closes_at(self) -> datetime | None:
        """When it closes; None: never."""

    @property
    def timezone(self) -> str:
        """The zone in which its times are said."""

    @property
    def purpose(self) -> Purpose:
        """What it is for."""

    @property
    def accepts(self) -> Sequence[str]:
        """What it accepts."""

    @property
    def invited_from_id(self) -> int | None:
        """The earlier phase from which its entries are invited; None: everyone can enter."""


class Window(NamedTuple):
    """A time from `opens` (None: always) until `closes` (None: for ever)."""

    opens: datetime | None
    closes: datetime | None
    timezone: str


def dated(phases: Iterable[Timed]) -> list[Timed]:
    """The phases of which at least one date is known."""
    return [phase for phase in phases if phase.opens_at or phase.closes_at]


def windows(phases: Iterable[Timed], wanted: str) -> list[Window]:
    """The times in which one of the phases accepts this, in their order. Phases that overlap or
    follow without a gap are one window; those without any date are left out."""
    able = [phase for phase in dated(phases) if wanted in phase.accepts]
    joined: list[Window] = []
    for phase in sorted(able, key=lambda phase: phase.opens_at or BEGINNING):
        window = Window(phase.opens_at, phase.closes_at, phase.timezone)
        before = joined[-1] if joined else None
        if before is None or (window.opens or BEGINNING) > (before.closes or END):
            joined.append(window)
        elif (window.closes or END) > (before.closes or END):
            joined[-1] = window._replace(opens=before.opens)
    return joined


def overlap(one: Timed, other: Timed) -> Window | None:
    """The time in which both phases are open; None where there is none."""
    opens = max(one.opens_at or BEGINNING, other.opens_at or BEGINNING)
    closes = min(one.closes_at or END, other.closes_at or END)
    if opens >= closes:
        return None
    return Window(
        None if opens == BEGINNING else opens, None if closes == END else closes, one.timezone
    )
