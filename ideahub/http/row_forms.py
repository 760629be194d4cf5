"""Forms whose rows may have rows within them, and are ticked to be removed when they are saved.

The fields of a row are named "prize-0-title", "prize-0-amount"; those of rows within it
"prize-0-milestone-1-title". A button named "do" says what to do: "prize-add", "prize-2-up",
"prize-2-down", "prize-0-milestone-add". It changes the form, and stores nothing. A row that is
ticked as "gone" is left out when the form is saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ideahub.http.forms import Form, blank, checkbox, fill, line
from ideahub.http.rows import Sent, as_sent, move, place_in, sent_rows


@dataclass
class RowFields:
    """What every row has: the number of what is stored, and whether it is to be removed."""

    id: str = line(20)
    gone: bool = checkbox()

    @property
    def number(self) -> int | None:
        """The number of the stored row, None for a new one."""
        return int(self.id) if self.id.isascii() and self.id.isdecimal() else None


R = TypeVar("R", bound=RowFields)


@dataclass
class RowForm(Generic[R]):
    """The form of one row; `within` are the rows within it."""

    form: Form[R]
    within: list["RowForm[Any]"] = field(default_factory=list)
    # What a new row begins with.
    preset: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> R:
        """The values that could be read."""
        return self.form.values

    @property
    def kept(self) -> bool:
        """Whether the row stays: it is not ticked as gone, and something was typed into it."""
        return not self.values.gone and not self.is_empty

    def says(self, *names: str) -> bool:
        """Whether one of these fields has a text or an error, or there are rows within."""
        return bool(self.within) or self.form.says(names)

    @property
    def is_empty(self) -> bool:
        """Whether this is a new row into which nothing was typed."""
        typed = {name: str(value).strip() for name, value in self.form.typed.items()}
        own = {name for name, value in typed.items() if value not in ("", self.preset.get(name))}
        return not own - {"gone"} and all(one.is_empty for one in self.within)


@dataclass(frozen=True)
class RowKind(Generic[R]):
    """A kind of rows: the beginning of their fields' names, their class, how many there may be,
    what a new one begins with, and the kind of the rows within each."""

    name: str
    fields: type[R]
    most: int
    preset: Mapping[str, str] = field(default_factory=dict)
    within: "RowKind[Any] | None" = None

    def read(self, sent: Sent, at: str = "") -> list[RowForm[R]]:
        """The rows in a form that was sent."""
        inside = self.within.name if self.within else ""
        return [
            RowForm(
                fill(self.fields, own),
                self.within.read(sent, start) if self.within else [],
                self.preset,
            )
            for start, own in sent_rows(sent, self.name, self.most, at, inside)
        ]

    def drafted(self, draft: Mapping[str, Any]) -> list[RowForm[R]]:
        """The rows in a draft of the form; without errors, as it was not sent yet."""
        rows = self.read(as_sent(draft))
        for row in rows:
            for each in (row, *row.within):
                each.form.errors.clear()
        return rows

    def stored(self, values: Mapping[str, Any], within: Sequence[Any] = ()) -> RowForm[R]:
        """A row that shows what is stored."""
        shown = {name: "" if value in (None, False) else value for name, value in values.items()}
        rows = [self.within.stored(one) for one in within] if self.within else []
        return RowForm(blank(self.fields, **shown), rows, self.preset)

    def rearrange(self, rows: list[RowForm[R]], deed: str) -> str:
        """Adds or moves a row, as the pressed button says; returns the id of the row in the page,
        empty where the button was another."""
        return self._rearrange(rows, deed, "")

    def _rearrange(self, rows: list[RowForm[R]], deed: str, at: str) -> str:
        name, _dash, rest = deed.partition("-")
        if name != self.name:
            return ""
        if rest == "add":
            if len(rows) < self.most:
                rows.append(RowForm(blank(self.fields, **self.preset), [], self.preset))
            return f"{at}{self.name}-{len(rows) - 1}"
        which, _dash, what = rest.partition("-")
        index = place_in(rows, which)
        if index is None:
            return ""
        if what in {"up", "down"}:
            return f"{at}{self.name}-{move(rows, index, what)}"
        start = f"{at}{self.name}-{index}-"
        inside = self.within
        return inside._rearrange(rows[index].within, what, start) if inside else ""

    def errors(self, rows: Sequence[RowForm[R]], at: str = "") -> list[tuple[str, str]]:
        """The errors of all rows that stay, each with the id of its field in the page."""
        found: list[tuple[str, str]] = []
        for index, row in enumerate(rows):
            start = f"{at}{self.name}-{index}-"
            if row.kept:
                found += [(f"{start}{name}", text) for name, text in row.form.errors.items()]
                found += self.within.errors(row.within, start) if self.within else []
        return found
