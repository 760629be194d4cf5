"""What a gate can ask of an idea: criteria, each defined beside the tables it is counted from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ColumnExpressionArgument, SQLColumnExpression, func, select
from sqlalchemy.orm import DeclarativeBase

from ideahub.core.events import Kind
from ideahub.core.i18n import _

Figure = Callable[[int, int], str]


def out_of(reached: int, wanted: int) -> str:
    """How much there is of how much is asked for: "3 of 5"."""
    if reached > wanted:
        return _("%(reached)s, asked for %(wanted)s", reached=reached, wanted=wanted)
    return _("%(reached)s of %(wanted)s", reached=reached, wanted=wanted)


def yes_or_no(_reached: int, _wanted: int) -> str:
    """No figure: one has it or has not."""
    return ""


@dataclass(frozen=True, slots=True)
class Words:
    """A criterion on screen. `name` and `hint` are marked with N_ and translated when shown."""

    name: str
    # What one can do about it.
    hint: str
    # What is missing, as part of a sentence: 3 → "3 more supporters".
    lacking: Callable[[int], str]
    # How much there is (first) of how much is asked for (second).
    figure: Figure = out_of


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """One thing that gates can ask for.

    `query` counts it: an expression over the row of `idea` that is measured and the row of
    `gate` before it. The statement that measures selects from both tables, under their own
    names; a subquery correlates to them, as `count_of` does.
    """

    # The name by which the table of gates asks for it; never changed.
    measure: str
    query: SQLColumnExpression[int]
    words: Words
    # The deeds that can change the count. After each of them the gate is shown anew.
    events: tuple[Kind, ...]
    # How much is asked for where this follows from rows; None: the threshold of the gate.
    wanted: SQLColumnExpression[int] | None = None


def count_of(
    table: type[DeclarativeBase], *conditions: ColumnExpressionArgument[bool]
) -> ColumnElement[int]:
    """How many rows of the table meet the conditions, which may name the measured idea and gate."""
    counted = select(func.count()).select_from(table).where(*conditions)
    return counted.correlate_except(table).scalar_subquery()


# Every criterion by its measure. features.py fills it once, with what each feature has.
CRITERIA: dict[str, Criterion] = {}


def by_measure(criteria: Iterable[Criterion]) -> dict[str, Criterion]:
    """The criteria by their measures; raises ValueError where two have the same."""
    found: dict[str, Criterion] = {}
    for criterion in criteria:
        if found.setdefault(criterion.measure, criterion) is not criterion:
            raise ValueError(f"Two criteria have the measure {criterion.measure!r}.")
    return found
