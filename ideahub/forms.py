"""Forms as dataclasses: what was typed, what it means, and what is wrong with it.

A form class names its fields with `line`, `text`, `choice`, … and a route reads it with
`read_form`. Nothing typed is lost: `form.typed` holds it as it came, whatever the errors.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Generic, TypeVar

from litestar import Request

from ideahub.i18n import _
from ideahub.receiving import sent_form
from ideahub.text import MAX_TEXT, clean_line, clean_text

F = TypeVar("F")
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}([,\s]\d{3})+(\.\d+)?")
# As many as the tables keep.
PLACES = 4
Parse = Callable[[str], Any]


class Unusable(ValueError):
    """A field's text cannot be used; the message is shown above the field."""


@dataclass
class Form(Generic[F]):
    """A form as it came in: `values` are usable where there are no `errors`."""

    values: F
    typed: Mapping[str, Any]
    errors: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether every field can be used."""
        return not self.errors

    def value(self, name: str) -> Any:
        """What stands in the field: as typed, else empty."""
        return self.typed.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with the field, else empty."""
        return self.errors.get(name, "")


def line(maximum: int, *, required: bool = False) -> Any:
    """One line of text, white space tidied."""

    def parse(typed: str) -> str:
        value = clean_line(typed)
        return _bounded(value, maximum)

    return _field(parse, "", required)


def text(maximum: int = MAX_TEXT, *, required: bool = False) -> Any:
    """Text of several lines, as Markdown."""

    def parse(typed: str) -> str:
        return _bounded(clean_text(typed), maximum)

    return _field(parse, "", required)


def choice(options: type[StrEnum], *, required: bool = False) -> Any:
    """One of the options, by its value."""

    def parse(typed: str) -> StrEnum:
        try:
            return options(typed)
        except ValueError:
            raise Unusable(_("Choose one of the options.")) from None

    return _field(parse, None, required)


def number(minimum: int, maximum: int, *, required: bool = False) -> Any:
    """A whole number."""

    def parse(typed: str) -> int:
        try:
            value = int(typed.strip())
        except ValueError:
            raise Unusable(_("Enter a whole number, such as 40.")) from None
        if not minimum <= value <= maximum:
            raise Unusable(_("Enter a number from %s to %s.") % (minimum, maximum))
        return value

    return _field(parse, None, required)


def amount(maximum: str = "999999999999", *, required: bool = False, negative: bool = False) -> Any:
    """A decimal number: 12.5, 12,5 and 12,500 are read as people mean them; four decimals."""

    def parse(typed: str) -> Decimal:
        bare = typed.strip()
        if THOUSANDS.fullmatch(bare):
            bare = re.sub(r"[,\s]", "", bare)
        try:
            value = Decimal(bare.replace(",", "."))
        except InvalidOperation:
            raise Unusable(_("Enter a number, such as 12.5.")) from None
        least = -Decimal(maximum) if negative else Decimal(0)
        if not value.is_finite() or not least <= value <= Decimal(maximum):
            raise Unusable(_("Enter a number from %s to %s.") % (least, maximum))
        # Rounded here and not by the table, so that the same figure is found again as the same.
        rounded = round(value, PLACES)
        return value if value == rounded else rounded

    return _field(parse, None, required)


def day(*, required: bool = False) -> Any:
    """A date as browsers send it."""

    def parse(typed: str) -> date:
        try:
            return date.fromisoformat(typed.strip())
        except ValueError:
            raise Unusable(_("Enter a date as year-month-day, such as 2027-03-31.")) from None

    return _field(parse, None, required)


def moment(*, required: bool = False) -> Any:
    """A date and time without a zone, as browsers send it; the zone is a field of its own."""

    def parse(typed: str) -> datetime:
        try:
            return datetime.fromisoformat(typed.strip()).replace(tzinfo=None)
        except ValueError:
            raise Unusable(_("Enter a date and time, such as 2027-03-31 17:00.")) from None

    return _field(parse, None, required)


def tick() -> Any:
    """A checkbox."""
    return _field(lambda typed: typed != "", False, False)


def many(maximum: int = 20, length: int = 200) -> Any:
    """Several values under one name: checkboxes, or lines that repeat; empty ones left out."""

    def parse(typed: list[str]) -> list[str]:
        values = [_bounded(clean_line(one), length) for one in typed]
        if len(typed) > maximum:
            raise Unusable(_("At most %s, please.") % maximum)
        return [one for one in values if one]

    return field(default_factory=list, metadata={"parse": parse, "many": True, "required": False})


def _field(parse: Parse, default: Any, required: bool) -> Any:
    return field(default=default, metadata={"parse": parse, "required": required})


def _bounded(value: str, maximum: int) -> str:
    if len(value) > maximum:
        raise Unusable(
            _("Shorten this to %(most)s characters; it has %(now)s.")
            % {"most": f"{maximum:,}", "now": f"{len(value):,}"}
        )
    return value


async def read_form(request: Request[Any, Any, Any], kind: type[F]) -> Form[F]:
    """The form as sent, every field read; errors are collected, none is raised."""
    sent = sent_form(request)
    return fill(kind, {name: sent.getall(name) for name in sent if name != "form_token"})


def fill(kind: type[F], sent: Mapping[str, list[Any]]) -> Form[F]:
    """The form that these values make, as if a browser had sent them."""
    values: dict[str, Any] = {}
    typed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in fields(kind):  # type: ignore[arg-type]
        given = [str(value) for value in sent.get(one.name, ()) if isinstance(value, str)]
        several = one.metadata.get("many", False)
        typed[one.name] = given if several else (given[-1] if given else "")
        try:
            if several or typed[one.name].strip():
                values[one.name] = one.metadata["parse"](typed[one.name])
            if one.metadata["required"] and values.get(one.name) in (None, ""):
                errors[one.name] = _("Fill this in.")
        except Unusable as problem:
            errors[one.name] = str(problem)
    return Form(_build(kind, values), typed, errors)


def prefilled(values: F) -> Form[F]:
    """A form that shows these values and has no errors yet: for editing what exists."""
    typed = {one.name: _shown(getattr(values, one.name)) for one in fields(values)}  # type: ignore[arg-type]
    return Form(values, typed, {})


def _shown(value: Any) -> Any:
    if value is None or value is False:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    return value if isinstance(value, list) else str(value)


def _build(kind: type[F], values: dict[str, Any]) -> F:
    missing = [
        one.name
        for one in fields(kind)  # type: ignore[arg-type]
        if one.default is MISSING and one.default_factory is MISSING
    ]
    return kind(**dict.fromkeys(missing), **values)
