"""The rows of the form builder: reads and rearranges them, and turns them into plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ideahub.core import lengths
from ideahub.entries.designing_form import MOST_FIELDS, MOST_OPTIONS, FieldPlan, usual_fields
from ideahub.entries.form_versions import FormView
from ideahub.entries.models import FieldKind
from ideahub.http.amounts import amount
from ideahub.http.forms import Form, blank, checkbox, choice, line, number, text
from ideahub.http.rows import Rows, about_to_go, asked_for, kept_fields, remove_or_move

# All options together, one in each line.
LONGEST_OPTIONS = (lengths.FIELD_CHOICE + 1) * MOST_OPTIONS


@dataclass
class FieldRow:
    """The fields of one question; `options` are lines of text."""

    key: str = line(20)
    kind: FieldKind | None = choice(FieldKind)
    label: str = line(lengths.FIELD_LABEL)
    help: str = text(lengths.FIELD_HELP)
    required: bool = checkbox()
    # Ticked where judges who read blind are not shown the answer.
    hidden_blind: bool = checkbox()
    # Ticked where everybody can read the answer if the entry is put to a public vote.
    shown_public: bool = checkbox()
    options: str = text(LONGEST_OPTIONS)
    most: int | None = number(1, lengths.TEXT)
    least_value: Decimal | None = amount(negative=True)
    most_value: Decimal | None = amount(negative=True)


Row = Form[FieldRow]
ROWS = Rows("field", FieldRow, MOST_FIELDS)


def draft_of(rows: Sequence[Row]) -> dict[str, list[str]]:
    """The fields of these rows, as a browser would send them."""
    return {
        f"field-{index}-{name}": [str(value)]
        for index, row in enumerate(rows)
        for name, value in row.typed.items()
        if value
    }


def stored_rows(form: FormView | None) -> list[Row]:
    """Rows that show a version of the form; where there is none, what would be asked."""
    plans = form.fields if form else usual_fields()
    return [row_of(one) for one in plans]


def row_of(one: Any) -> Row:
    """The row of a question, or of a plan of one."""
    return blank(
        FieldRow,
        key=one.key,
        kind=one.kind.value,
        label=one.label,
        help=one.help,
        required="yes" if one.required else "",
        hidden_blind="" if one.shown_blind else "yes",
        shown_public="yes" if one.shown_public else "",
        options="\n".join(one.options),
        most="" if one.most is None else one.most,
        least_value=_bare(one.least_value),
        most_value=_bare(one.most_value),
    )


def _bare(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")


def row_taken_out(rows: Sequence[Row], deed: str) -> dict[str, Any]:
    """What stands in the row that is about to be removed, for the address of the next page; empty
    for any other button, and for a row in which nothing was written."""
    row = about_to_go(rows, deed)
    if row is None or not row.typed["label"]:
        return {}
    return {name: value for name, value in kept_fields(row).items() if value}


def row_in_query(query: Iterable[tuple[str, Any]]) -> Row | None:
    """The row that was removed just now, as the address says it; None where there is none."""
    asked = asked_for(query)
    return ROWS.gone(asked) if "gone-label" in asked else None


def rearrange(rows: list[Row], deed: str) -> None:
    """Adds, removes or moves a row, as the pressed button says ("add-number", "remove-0",
    "up-2")."""
    what, _dash, which = deed.partition("-")
    if what == "add" and which in {kind.value for kind in FieldKind} and len(rows) < MOST_FIELDS:
        rows.append(blank(FieldRow, kind=which))
    remove_or_move(rows, deed)


def plans_in(rows: Sequence[Row]) -> list[FieldPlan]:
    """The questions as the rule takes them; to be used where no row has errors."""
    return [_plan(row.values) for row in rows]


def _plan(values: FieldRow) -> FieldPlan:
    options = [" ".join(one.split()) for one in values.options.split("\n")]
    return FieldPlan(
        key=values.key,
        kind=values.kind or FieldKind.SHORT_TEXT,
        label=values.label,
        help=values.help,
        required=values.required,
        shown_blind=not values.hidden_blind,
        shown_public=values.shown_public,
        options=[one for one in options if one],
        most=values.most,
        least_value=values.least_value,
        most_value=values.most_value,
    )


def seen_of(form: FormView | None) -> list[str]:
    """What the fingerprint of a version is made of."""
    return [str(form.version if form else 0), *(str(one) for one in (form.fields if form else ()))]
