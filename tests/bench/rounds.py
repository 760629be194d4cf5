"""Rounds in which everything takes its turn, so that what else the machine does hits all alike."""

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Result = TypeVar("Result")


class Spread(NamedTuple):
    """The median of several rounds, the least and the most."""

    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """The spread of these values."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(values: Sequence[float], yardstick: Sequence[float]) -> Spread:
    """Of each round's value to the yardstick of the same round."""
    return spread([value / other for value, other in zip(values, yardstick, strict=True)])


def in_rounds(many: int, turns: Mapping[str, Callable[[int], Result]]) -> dict[str, list[Result]]:
    """Name → what each round's turn returned; a turn gets the number of the round, from 0."""
    found: dict[str, list[Result]] = {name: [] for name in turns}
    for number in range(many):
        for name, turn in turns.items():
            print(f"\r\033[K  round {number + 1} of {many}: {name}", end="", file=sys.stderr)
            found[name].append(turn(number))
    print("\r\033[K", end="", file=sys.stderr)
    return found
