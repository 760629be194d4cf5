"""Computes the chart of an experiment's readings: where each point and line is in the drawing."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal

import msgspec

LEFT, RIGHT, TOP, BOTTOM = 64, 560, 28, 206
LABEL = 36
# The steps between marks are one of these, times a power of ten.
ROUND = tuple(Decimal(step) for step in ("1", "2", "2.5", "5"))


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
    ticks = round_ticks(min(known), max(known))
    low, high = ticks[0], ticks[-1]
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
        ticks=[(up(tick), tick) for tick in ticks],
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


def round_ticks(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """The marks of the vertical axis, around these values: multiples of a round step, so that each
    is a number that people can count with. They begin at zero where zero is near."""
    span = (high - low) or abs(high) or Decimal(1)
    if 0 <= low <= span:
        low = Decimal(0)
    size = span.adjusted() - 1
    steps = (factor.scaleb(size + more) for more in range(3) for factor in ROUND)
    # A step of the span's own size at the latest reaches from below the lowest to the highest.
    step = next(step for step in steps if _begin(low, step) + 2 * step >= high)
    bottom = _begin(low, step)
    return bottom, bottom + step, bottom + 2 * step


def _begin(low: Decimal, step: Decimal) -> Decimal:
    """The multiple of the step at or below `low`."""
    return (low / step).to_integral_value(ROUND_FLOOR) * step
