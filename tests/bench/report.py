"""The table of what was measured, on the screen and in docs/performance.md."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.bench.rounds import Spread

COLUMNS = ("work", "measured", "least – most", "at least", "aim", "", "beside it")


class Row(NamedTuple):
    """A thing that was measured, beside what is asked of it.

    `unit` is empty for a ratio. `at_least` and `aim` are the least, or with `less_is_better` the
    most, that it should be. `beside` says what the figure was made of.
    """

    work: str
    found: Spread
    unit: str = ""
    at_least: float | None = None
    aim: float | None = None
    less_is_better: bool = False
    beside: str = ""

    @property
    def verdict(self) -> str:
        """Which goal it reaches."""
        if self.at_least is None or self.aim is None:
            return ""
        sign = -1 if self.less_is_better else 1
        if sign * self.found.median >= sign * self.aim:
            return "aim"
        return "reached" if sign * self.found.median >= sign * self.at_least else "missed"

    def cells(self) -> tuple[str, ...]:
        """What stands in COLUMNS."""
        median, least, most = (self._shown(value) for value in self.found)
        around = f"{least} – {most}" if least != most else ""
        goals = [
            "" if goal is None else f"{'≤' if self.less_is_better else '≥'} {goal:g} {self.unit}"
            for goal in (self.at_least, self.aim)
        ]
        cells = (self.work, f"{median} {self.unit}", around, *goals, self.verdict, self.beside)
        return tuple(cell.strip() for cell in cells)

    def _shown(self, value: float) -> str:
        return number(value)


def number(value: float) -> str:
    """Two or three digits that matter, and thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 or value <= 0 else f"{value:.2g}"


def as_text(rows: Sequence[Row]) -> str:
    """The table for a screen."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """The table for a document."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
