"""Rows of the same fields in one form: reads them from what was sent, and adds, removes and moves
them, without a script.

The fields of a row are named "phase-0-name", "phase-0-opens". A button named "do" says what to do
with a row: "remove-0", "up-2", "down-2", "add-ideas". What stood in a removed row travels in fields
such as "gone-name", so that it can be put back.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ideahub.http.forms import Form, fill

Sent = Mapping[str, list[Any]]
F = TypeVar("F")
T = TypeVar("T")
GONE = "gone-"
# The button that puts a row back that was removed just now.
PUT_BACK = "back"


@dataclass(frozen=True)
class Rows(Generic[F]):
    """The rows of a form: the beginning of their fields' names, their class, and how many there may
    be; one more is read, so that it can be refused."""

    name: str
    fields: type[F]
    most: int

    def read(self, sent: Sent) -> list[Form[F]]:
        """The rows in a form that was sent."""
        return [fill(self.fields, own) for _start, own in sent_rows(sent, self.name, self.most)]

    def drafted(self, draft: Mapping[str, Any]) -> list[Form[F]]:
        """The rows in a draft of the form; without errors, as it was not sent yet."""
        return [Form(row.values, row.typed, {}) for row in self.read(as_sent(draft))]

    def gone(self, sent: Sent, hidden: Collection[str] = ()) -> Form[F]:
        """The row that was removed, from the fields that keep it, but for the hidden ones."""
        own = {name.removeprefix(GONE): sent[name] for name in sent if name.startswith(GONE)}
        return fill(self.fields, {name: own[name] for name in own if name not in hidden})


def sent_rows(
    sent: Sent, name: str, most: int, at: str = "", inside: str = ""
) -> Iterator[tuple[str, Sent]]:
    """The fields of each row, by their own names, with the beginning that they have in the form;
    without those of the rows of the kind `inside` that it has within it."""
    for index in range(most + 1):
        start = f"{at}{name}-{index}-"
        others = f"{start}{inside}-" if inside else None
        own = {
            field.removeprefix(start): sent[field]
            for field in sent
            if field.startswith(start) and not (others and field.startswith(others))
        }
        if own:
            yield start, own


def as_sent(fields: Mapping[str, Any]) -> Sent:
    """The fields of a draft as a form would send them."""
    return {name: value if isinstance(value, list) else [value] for name, value in fields.items()}


def asked_for(query: Iterable[tuple[str, Any]]) -> Sent:
    """The same of the pairs in an address."""
    asked: dict[str, list[Any]] = {}
    for name, value in query:
        asked.setdefault(name, []).append(value)
    return asked


def place_in(rows: Sequence[Any], typed: str) -> int | None:
    """The place of a row as it stands in the name of a button; None where there is none."""
    is_number = typed.isascii() and typed.isdecimal()
    return int(typed) if is_number and int(typed) < len(rows) else None


def move(rows: list[T], place: int, what: str) -> int:
    """Moves a row "up" or "down", where there is room; returns its place then."""
    to = place - 1 if what == "up" else place + 1
    if not 0 <= to < len(rows):
        return place
    rows[place], rows[to] = rows[to], rows[place]
    return to


def remove_or_move(rows: list[T], deed: str) -> T | None:
    """Removes or moves a row, as the pressed button says; returns the one that was removed."""
    what, _dash, which = deed.partition("-")
    place = place_in(rows, which)
    if place is None:
        return None
    if what == "remove":
        return rows.pop(place)
    if what in {"up", "down"}:
        move(rows, place, what)
    return None


def about_to_go(rows: Sequence[Form[F]], deed: str) -> Form[F] | None:
    """The row that the pressed button removes; None for any other button."""
    what, _dash, which = deed.partition("-")
    place = place_in(rows, which)
    return rows[place] if what == "remove" and place is not None else None


def kept_fields(row: Form[Any], hidden: Collection[str] = ()) -> dict[str, Any]:
    """What stands in a row, in fields that keep it once it is removed, but for the hidden ones."""
    return {f"{GONE}{name}": value for name, value in row.typed.items() if name not in hidden}
