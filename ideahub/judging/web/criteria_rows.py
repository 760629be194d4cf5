"""The rows of the criteria's form: reads and rearranges them, and turns them into plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.http.forms import Form, amount, blank, choice, line, number, own_field, text
from ideahub.http.rows import Rows, remove_or_move
from ideahub.judging.criterion_view import CriterionView, plain
from ideahub.judging.models import Commenting, Scale
from ideahub.judging.weighing import MOST_CRITERIA, CriterionPlan

LONGEST_LABELS = 4_000


def _labels() -> Any:
    def parse(typed: str) -> list[str]:
        return [label.strip() for label in typed.splitlines() if label.strip()]

    return own_field(parse, (), most=LONGEST_LABELS)


@dataclass
class CriterionRow:
    """The fields of one criterion; `labels` has one in each line, the lowest first."""

    id: int | None = number(1, 2**62)
    name: str = line(lengths.CRITERION_NAME)
    description: str = text(lengths.CRITERION_TEXT)
    weight: Decimal | None = amount("100")
    scale: Scale | None = choice(Scale)
    least: Decimal | None = amount("1000000", negative=True)
    most: Decimal | None = amount("1000000", negative=True)
    step: Decimal | None = amount("1000000")
    labels: list[str] = _labels()
    entrant: Commenting | None = choice(Commenting)
    internal: Commenting | None = choice(Commenting)


Row = Form[CriterionRow]
ROWS = Rows("criterion", CriterionRow, MOST_CRITERIA)


def stored_rows(criteria: Sequence[CriterionView]) -> list[Row]:
    """Rows that show the stored criteria."""
    return [
        blank(
            CriterionRow,
            id=one.id,
            name=one.name,
            description=one.description,
            weight=plain(one.weight),
            scale=one.scale.value,
            least=plain(one.least) if one.scale is Scale.POINTS else "",
            most=plain(one.most) if one.scale is Scale.POINTS else "",
            step=plain(one.step) if one.scale is Scale.POINTS else "",
            labels="\n".join(one.labels),
            entrant=one.comment_for_entrant.value,
            internal=one.comment_internal.value,
        )
        for one in criteria
    ]


def new_row(weight: str = "") -> Row:
    """A row for a new criterion: points from 0 to 10."""
    return blank(
        CriterionRow, weight=weight, scale=Scale.POINTS.value, least="0", most="10", step="1"
    )


def rearrange(rows: list[Row], deed: str) -> bool:
    """Adds, removes or moves a row, as the pressed button says ("add", "remove-0", "up-2"); returns
    whether it was one of these."""
    what = deed.partition("-")[0]
    if what == "add" and len(rows) < MOST_CRITERIA:
        rows.append(new_row())
    remove_or_move(rows, deed)
    return what in {"add", "remove", "up", "down"}


def read_plans(rows: Sequence[Row]) -> list[CriterionPlan]:
    """The plans in the rows; a number that is missing becomes an error of its row."""
    return [_plan(row) for row in rows]


def _plan(row: Row) -> CriterionPlan:
    values = row.values
    scale = values.scale or Scale.POINTS
    if values.weight is None:
        row.errors.setdefault("weight", _("Give it a weight, such as 25."))
    if scale is Scale.POINTS:
        for name in ("least", "most", "step"):
            if getattr(values, name) is None:
                row.errors.setdefault(name, _("Enter a number, such as 12.5."))
    return CriterionPlan(
        id=values.id,
        name=values.name,
        weight=values.weight or Decimal(0),
        scale=scale,
        description=values.description,
        least=_or(values.least, 0),
        most=_or(values.most, 10),
        step=_or(values.step, 1),
        labels=[label[: lengths.FIELD_CHOICE] for label in values.labels],
        comment_for_entrant=values.entrant or Commenting.OPTIONAL,
        comment_internal=values.internal or Commenting.OPTIONAL,
    )


def _or(value: Decimal | None, otherwise: int) -> Decimal:
    return Decimal(otherwise) if value is None else value
