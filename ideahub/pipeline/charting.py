"""Readings as a picture: where each point and line lies in the drawing."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

LEFT, RIGHT, TOP, BOTTOM = 64, 560, 28, 206
LABEL = 36


class ChartPoint(msgspec.Struct, frozen=True):
    """A reading in the drawing."""

    x: float
    y: float
    value: Decimal
    day: date


class Chart(msgspec.Struct, frozen=True):
    """Everything the template draws."""

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
    """The chart of the readings, oldest first; nothing where there is none yet."""
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
    """Where two labels of two lines each stand beside their lines without touching."""
    lack = max(LABEL - abs(first - second), 0) / 2
    lack = -lack if first <= second else lack
    return round(first + lack, 1), round(second - lack, 1)


def _range(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """A little more than the values, ending on round figures; from zero where that is near."""
    span = (high - low) or abs(high) or Decimal(1)
    if 0 <= low <= span:
        low = Decimal(0)
    step = Decimal(10) ** (span.adjusted() - 1)
    room = span / 12
    bottom = low if low == 0 else _down(low - room, step)
    return bottom, -_down(-(high + room), step)


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value // step - (1 if value % step and value < 0 else 0)) * step
