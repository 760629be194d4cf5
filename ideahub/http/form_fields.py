"""The kinds of fields forms have: how much may be typed into them, and what it means.

A field's bounds are looked at before anything is parsed: a parser may take long over what
nobody would type. They are generous where text is trimmed; the precise limit comes after that.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import MAX_TEXT, clean_line, clean_text

# Numbers, dates and choices are far shorter, whatever white space was copied along.
SHORT = 200
Parse = Callable[[Any], Any]


class FieldError(ValueError):
    """A field's text cannot be used; the message is shown above the field."""


def line(maximum: int, *, required: bool = False) -> Any:
    """One line of text, white space tidied."""

    def parse(typed: str) -> str:
        value = clean_line(typed)
        return _bounded(value, maximum)

    return own_field(parse, "", required=required, most=maximum)


def text(maximum: int = MAX_TEXT, *, required: bool = False) -> Any:
    """Text of several lines, as Markdown."""

    def parse(typed: str) -> str:
        return _bounded(clean_text(typed), maximum)

    return own_field(parse, "", required=required, most=maximum)


def choice(options: type[StrEnum], *, required: bool = False) -> Any:
    """One of the options, by its value."""

    def parse(typed: str) -> StrEnum:
        try:
            return options(typed)
        except ValueError:
            raise FieldError(_("Choose one of the options.")) from None

    return own_field(parse, None, required=required)


def number(minimum: int, maximum: int, *, required: bool = False) -> Any:
    """A whole number."""

    def parse(typed: str) -> int:
        try:
            value = int(typed.strip())
        except ValueError:
            raise FieldError(_("Enter a whole number, such as 40.")) from None
        if not minimum <= value <= maximum:
            raise FieldError(
                _("Enter a number from %(least)s to %(most)s.", least=minimum, most=maximum)
            )
        return value

    return own_field(parse, None, required=required)


def day(*, required: bool = False) -> Any:
    """A date as browsers send it."""

    def parse(typed: str) -> date:
        try:
            return date.fromisoformat(typed.strip())
        except ValueError:
            raise FieldError(_("Enter a date as year-month-day, such as 2027-03-31.")) from None

    return own_field(parse, None, required=required)


def moment(*, required: bool = False) -> Any:
    """A date and time without a zone, as browsers send it; the zone is a field of its own."""

    def parse(typed: str) -> datetime:
        try:
            return datetime.fromisoformat(typed.strip()).replace(tzinfo=None)
        except ValueError:
            raise FieldError(_("Enter a date and time, such as 2027-03-31 17:00.")) from None

    return own_field(parse, None, required=required)


def tick() -> Any:
    """A checkbox."""
    return own_field(lambda typed: typed != "", False)


def many(maximum: int = 20, length: int = 200) -> Any:
    """Several values under one name: checkboxes, or lines that repeat; empty ones left out."""

    def parse(typed: list[str]) -> list[str]:
        values = [_bounded(clean_line(value), length) for value in typed]
        return [value for value in values if value]

    bounds = {"most": length, "longest": _with_room(length), "values": maximum}
    metadata = {"parse": parse, "many": True, "required": False, **bounds}
    return field(default_factory=list, metadata=metadata)


def several(split: Callable[[str], list[str]], most: int) -> Any:
    """Several values in one line of at most `most` characters, such as tags with commas.

    A sentence that `split` raises as Invalid is the field's error.
    """

    def parse(typed: str) -> list[str]:
        try:
            return split(_bounded(clean_line(typed), most))
        except Invalid as problem:
            raise FieldError(problem.reason) from None

    bounds = {"most": most, "longest": _with_room(most), "values": 1}
    metadata = {"parse": parse, "many": False, "required": False, **bounds}
    return field(default_factory=list, metadata=metadata)


def own_field(parse: Parse, default: Any, *, required: bool = False, most: int = 0) -> Any:
    """A field of another kind; `parse` raises FieldError for what it cannot use.

    `most` is how many characters people may type, SHORT without one. What is far longer never
    comes to `parse`.
    """
    longest = _with_room(most) if most else SHORT
    bounds = {"most": most or SHORT, "longest": longest, "values": 1}
    metadata = {"parse": parse, "many": False, "required": required, **bounds}
    return field(default=default, metadata=metadata)


def _with_room(most: int) -> int:
    # A line end may come as two characters, and white space around it all is taken away later.
    return 2 * most + 1_000


def _bounded(value: str, maximum: int, longest: int | None = None) -> str:
    if len(value) > (longest or maximum):
        raise FieldError(
            ngettext(
                "Shorten this to %(num)s character; it has %(now)s.",
                "Shorten this to %(num)s characters; it has %(now)s.",
                maximum,
                now=len(value),
            )
        )
    return value


def must_be_bounded(typed: list[str], bounds: Mapping[str, Any]) -> None:
    """Raises FieldError for more values, or far longer ones, than the field's bounds allow."""
    if len(typed) > bounds["values"]:
        raise FieldError(_("At most %(most)s, please.", most=bounds["values"]))
    for value in typed:
        _bounded(value, bounds["most"], bounds["longest"])


def cleaned(clean: Callable[[str], str], *, required: bool = False, most: int = 0) -> Any:
    """What `clean` makes of the text; a sentence it raises as Invalid is the field's error."""

    def parse(typed: str) -> str:
        try:
            return clean(typed)
        except Invalid as problem:
            raise FieldError(problem.reason) from None

    return own_field(parse, "", required=required, most=most)
