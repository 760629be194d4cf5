"""Computes the chart of an experiment's readings: where each point and line is in the drawing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

LEFT, RIGHT, TOP, BOTTOM = 64, 560, 28, 206
LABEL = 36


class ChartPoint(msgspec.Struct, frozen=True):
    """A reading, and its place in the drawing."""

    x: float
    y: float
    value: Decimal
    day: date


class Chart(msgspec.Struct, frozen=True):
    """Everything that the template draws, in the units of its viewBox.

    `path` is the value of an SVG path's `d`. `ticks` are places and values on the vertical axis.
    """

    points: list[ChartPoint]
    path: str
    ticks: list[tuple[float, Decimal]]
    target_y: float
    baseline_y: float | None
    target_label_y: float
    baseline_label_y: float


def draw(
    readings: Sequence[tuple[date, Decimal]], target: Decimal, baseline: Decimal | None
) -> Chart | None:
    """The chart of readings, which come oldest first; None where there is none yet."""
    if not readings:
        return None
    values = [value for _day, value in readings]
    known = [*values, target, *([baseline] if baseline is not None else [])]
    low, high = _range(min(known), max(known))
    first, last = readings[0][0], readings[-1][0]

    def up(value: Decimal) -> float:
        return round(BOTTOM - float((value - low) / (high - low)) * (BOTTOM - TOP), 1)

    def along(day: date) -> float:
        days = (last - first).days
        share = (day - first).days / days if days else 0.5
        return round(LEFT + 16 + share * (RIGHT - LEFT - 32), 1)

    points = [ChartPoint(along(day), up(value), value, day) for day, value in readings]
    target_label, baseline_label = _apart(up(target), up(target if baseline is None else baseline))
    return Chart(
        points=points,
        path="M" + " L".join(f"{point.x} {point.y}" for point in points),
        ticks=[(up(tick), tick) for tick in (low, (low + high) / 2, high)],
        target_y=up(target),
        baseline_y=None if baseline is None else up(baseline),
        target_label_y=target_label,
        baseline_label_y=baseline_label,
    )


def _apart(first: float, second: float) -> tuple[float, float]:
    """The places of the labels of two lines: beside the lines, but LABEL apart from each other."""
    lack = max(LABEL - abs(first - second), 0) / 2
    lack = -lack if first <= second else lack
    return round(first + lack, 1), round(second - lack, 1)


def _range(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """The range of the vertical axis: a little more than that of the values, with round ends; from
    zero where zero is near."""
    span = (high - low) or abs(high) or Decimal(1)
    if 0 <= low <= span:
        low = Decimal(0)
    step = Decimal(10) ** (span.adjusted() - 1)
    room = span / 12
    bottom = low if low == 0 else _down(low - room, step)
    return bottom, -_down(-(high + room), step)


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value // step - (1 if value % step and value < 0 else 0)) * step
