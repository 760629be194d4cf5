"""What a gate can ask of an idea: the type of a criterion, and the list of all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, ColumnExpressionArgument, SQLColumnExpression, func, select
from sqlalchemy.orm import DeclarativeBase

from ideahub.core.events import Kind
from ideahub.core.i18n import _

Figure = Callable[[int, int], str]


def out_of(reached: int, wanted: int) -> str:
    """The figure of a criterion that is counted: "3 of 5"."""
    if reached > wanted:
        return _("%(reached)s, asked for %(wanted)s", reached=reached, wanted=wanted)
    return _("%(reached)s of %(wanted)s", reached=reached, wanted=wanted)


def yes_or_no(_reached: int, _wanted: int) -> str:
    """The figure of a criterion that is either met or not: empty."""
    return ""


@dataclass(frozen=True, slots=True)
class CriterionWords:
    """A criterion on screen. `name` and `hint` are marked with N_ and translated when shown."""

    name: str
    # What people can do to meet it.
    hint: str
    # What is missing, as part of a sentence: 3 → "3 more supporters".
    lacking: Callable[[int], str]
    # How much is reached (first) of what is asked for (second).
    figure: Figure = out_of


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """One thing that gates can ask for, defined beside the tables that it is counted from.

    `query` counts it: an SQL expression that may name columns of `idea` (the measured idea) and
    of `gate` (its next gate). The statement that measures selects from both tables, under their
    own names; a subquery correlates to them, as `count_of` does.
    """

    # The name that rows of the table of gates refer to it by; never changed.
    measure: str
    query: SQLColumnExpression[int]
    words: CriterionWords
    # The deeds that can change the count. After each of them the gate is rendered again.
    events: tuple[Kind, ...]
    # How much is asked for, where rows decide it; None: the gate's own threshold.
    wanted: SQLColumnExpression[int] | None = None
    # People can meet it only while a phase accepts one of these; empty: at any time.
    during: tuple[StrEnum, ...] = ()


def count_of(
    table: type[DeclarativeBase], *conditions: ColumnExpressionArgument[bool]
) -> ColumnElement[int]:
    """The number of rows of the table that meet the conditions, as a correlated subquery.

    The conditions may name columns of the measured idea and of its gate.
    """
    counted = select(func.count()).select_from(table).where(*conditions)
    return counted.correlate_except(table).scalar_subquery()


# Every criterion by its measure. features.py fills it once, from each feature.
CRITERIA: dict[str, Criterion] = {}


def by_measure(criteria: Iterable[Criterion]) -> dict[str, Criterion]:
    """The criteria by their measures; raises ValueError where two have the same."""
    found: dict[str, Criterion] = {}
    for criterion in criteria:
        if found.setdefault(criterion.measure, criterion) is not criterion:
            raise ValueError(f"Two criteria have the measure {criterion.measure!r}.")
    return found
