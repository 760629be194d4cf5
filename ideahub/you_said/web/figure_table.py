"""The table of figures at the end of a summary."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from ideahub.core.i18n import _, number
from ideahub.you_said.sentences import FEWEST_PEOPLE, SentenceKind
from ideahub.you_said.wording.told import Told


class FigureRow(NamedTuple):
    """A row: its heading, and a text for each column."""

    heading: str | Markup
    cells: list[str]


class FigureTable(NamedTuple):
    """The table: what its rows are of, the headings of its columns, its rows, and the rows at its
    end."""

    of: str
    columns: list[str]
    rows: list[FigureRow]
    ends: list[FigureRow]


def figure_table(told: Sequence[Told]) -> FigureTable | None:
    """The table of these rows, with the columns in which there is something; None without a
    total."""
    total = next((one for one in told if one.sentence.kind is SentenceKind.TOTAL), None)
    if total is None:
        return None
    names = [name for name in _labels() if total.number(name)]
    rows = [one for one in told if one is not total]
    return FigureTable(
        _of_what(rows),
        [_labels()[name] for name in names],
        [FigureRow(one.titled, [_of(one, name) for name in names]) for one in rows],
        _ends(total, rows, names),
    )


def _of_what(rows: Sequence[Told]) -> str:
    """What the rows are of; of a challenge without ideas and counted votes there are none."""
    if any(one.campaign for one in rows):
        return _("Challenge or idea box")
    if all(one.idea for one in rows):
        return _("Idea") if rows else ""
    return _("Idea or entry") if any(one.idea for one in rows) else _("Entry")


def _labels() -> dict[str, str]:
    return {
        "ideas": _("Ideas"),
        "votes": _("Support"),
        "contributions": _("Contributions"),
        "builds_adopted": _("Builds adopted"),
        "entries": _("Entries"),
        "entry_votes": _("Votes"),
        "on_time": _("Answers in time"),
        "late": _("Answers late"),
    }


def _ends(total: Told, rows: Sequence[Told], names: Sequence[str]) -> list[FigureRow]:
    # What no row tells; of a challenge without ideas there are none.
    left = {
        name: total.number(name) - sum(one.number(name) for one in rows)
        for name in names
        if any(name in one.sentence.numbers for one in rows)
    }
    ends = [
        _end(_("Others"), names, lambda name: _positive(left.get(name, 0))),
        FigureRow(total.link(_("In all")), [number(total.number(name)) for name in names]),
        _end(_("People"), names, lambda name: _people(total, name)),
        _end(
            _("Organisations of supporters"),
            names,
            lambda name: _positive(total.number("organisations")) if name == "votes" else "",
        ),
        _end(
            _("Days until half of the answers came"),
            names,
            lambda name: _positive(total.number("median_days")) if name == "on_time" else "",
        ),
    ]
    return [one for one in ends if any(one.cells)]


def _end(heading: str, names: Sequence[str], cell: Callable[[str], str]) -> FigureRow:
    return FigureRow(heading, [cell(name) for name in names])


def _of(row: Told, name: str) -> str:
    # What is not counted for each is not none.
    return number(row.number(name)) if name in row.sentence.numbers else ""


def _positive(count: int) -> str:
    return number(count) if count > 0 else ""


def _people(total: Told, name: str) -> str:
    if f"people_{name}" not in total.sentence.numbers:
        return ""
    count = total.number(f"people_{name}")
    return number(count) if count else _("fewer than %(num)s", num=FEWEST_PEOPLE)
