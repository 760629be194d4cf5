"""The kinds of fields of forms: how much may be typed into each, and how it is parsed.

A field's bounds are checked before anything is parsed, because a parser may take long for a very
long text. They leave some room where text is trimmed; the exact limit is checked after that.
"""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import MAX_TEXT, clean_line, clean_text
from ideahub.http.joining_fields import (
    Join,
    Parse,
    join_lists,
    join_rows,
    join_whole,
    join_words,
)

# Characters in a number, date or choice at most, with any white space that was copied with it.
SHORT = 200


class FieldError(ValueError):
    """A field's text cannot be used; the message is shown at the field."""


# Of a moment that is planned.
FIRST_YEAR, LAST_YEAR = 2000, 2099


def line(maximum: int, *, required: bool = False) -> Any:
    """A field for one line of at most `maximum` characters, cleaned by `clean_line`."""

    def parse(typed: str) -> str:
        value = clean_line(typed)
        return _bounded(value, maximum)

    return own_field(parse, "", required=required, most=maximum, join=join_words)


def text(maximum: int = MAX_TEXT, *, required: bool = False) -> Any:
    """A field for a text of several lines, at most `maximum` characters; mostly Markdown."""

    def parse(typed: str) -> str:
        return _bounded(clean_text(typed), maximum)

    return own_field(parse, "", required=required, most=maximum, join=join_words)


def choice(options: type[StrEnum], *, required: bool = False) -> Any:
    """A field for one of the options, sent as its value."""

    def parse(typed: str) -> StrEnum:
        try:
            return options(typed)
        except ValueError:
            raise FieldError(_("Choose one of the options.")) from None

    return own_field(parse, None, required=required)


def number(minimum: int, maximum: int, *, required: bool = False) -> Any:
    """A field for a whole number from `minimum` to `maximum`."""

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
    """A field for a date, sent as year-month-day."""

    def parse(typed: str) -> date:
        try:
            return date.fromisoformat(typed.strip())
        except ValueError:
            raise FieldError(_("Enter a date as year-month-day, such as 2027-03-31.")) from None

    return own_field(parse, None, required=required)


def moment(*, required: bool = False) -> Any:
    """A field for a date and time without a zone; the form has another field for the zone."""

    def parse(typed: str) -> datetime:
        try:
            at = datetime.fromisoformat(typed.strip()).replace(tzinfo=None)
        except ValueError:
            raise FieldError(_("Enter a date and time, such as 2027-03-31 17:00.")) from None
        # What is far from that is mistyped; and the first or the last day of all could in another
        # zone be in no year that there is.
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise FieldError(_("Enter a year from 2000 to 2099."))
        return at

    return own_field(parse, None, required=required)


def checkbox() -> Any:
    """A field for a checkbox: True where it was sent with any value."""
    return own_field(lambda typed: typed != "", False)


def repeated(maximum: int = 20, length: int = 200) -> Any:
    """A field that is sent several times under one name: checkboxes, or a row of text fields.

    At most `maximum` values of at most `length` characters each; empty ones are left out.
    """

    def parse(typed: list[str]) -> list[str]:
        values = [_bounded(clean_line(value), length) for value in typed]
        return [value for value in values if value]

    bounds = {"most": length, "longest": _with_room(length), "values": maximum}
    metadata = {"parse": parse, "many": True, "required": False, "join": join_rows, **bounds}
    return field(default_factory=list, metadata=metadata)


def separated(split: Callable[[str], list[str]], most: int) -> Any:
    """A field for several values in one line of at most `most` characters, such as tags.

    The reason of an Invalid that `split` raises is the field's error.
    """

    def parse(typed: str) -> list[str]:
        try:
            return split(_bounded(clean_line(typed), most))
        except Invalid as problem:
            raise FieldError(problem.reason) from None

    bounds = {"most": most, "longest": _with_room(most), "values": 1}
    metadata = {"parse": parse, "many": False, "required": False, "join": join_lists, **bounds}
    return field(default_factory=list, metadata=metadata)


def own_field(
    parse: Parse,
    default: Any,
    *,
    required: bool = False,
    most: int = 0,
    join: Join = join_whole,
) -> Any:
    """A field with a parser of its own; `parse` raises FieldError for what it cannot use.

    `most` is how many characters people may type, SHORT if it is 0. A far longer text is refused
    before it is parsed. `join` puts two people's changes together.
    """
    longest = _with_room(most) if most else SHORT
    bounds = {"most": most or SHORT, "longest": longest, "values": 1}
    metadata = {"parse": parse, "many": False, "required": required, "join": join, **bounds}
    return field(default=default, metadata=metadata)


def _with_room(most: int) -> int:
    # A line end may come as two characters, and white space at both ends is removed later.
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
    """Raises FieldError for too many values, or for one that is far longer than is allowed.

    `bounds` is a field's metadata: `values`, how many there may be; `longest`, the length above
    which one is refused; `most`, the length that the error names.
    """
    if len(typed) > bounds["values"]:
        raise FieldError(_("At most %(most)s, please.", most=bounds["values"]))
    for value in typed:
        _bounded(value, bounds["most"], bounds["longest"])


def read_by(read: Callable[[Any], Any]) -> Parse:
    """A parser that reads a field by a rule; the reason of an Invalid that it raises is the field's
    error."""

    def parse(typed: Any) -> Any:
        try:
            return read(typed)
        except Invalid as problem:
            raise FieldError(problem.reason) from None

    return parse


def cleaned(clean: Callable[[str], str], *, required: bool = False, most: int = 0) -> Any:
    """A field for a text that `clean` turns into the value.

    The reason of an Invalid that `clean` raises is the field's error.
    """
    return own_field(read_by(clean), "", required=required, most=most)
