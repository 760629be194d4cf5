"""Forms as dataclasses: what was typed, what it means, and what is wrong with it.

A form class names its fields with `line`, `text`, `choice`, … and a route reads it with
`read_form`. Nothing typed is lost: `form.typed` holds it as it came, whatever the errors.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from litestar import Request

from ideahub.core.i18n import _
from ideahub.http.form_fields import (
    FieldError,
    amount,
    choice,
    cleaned,
    day,
    line,
    many,
    moment,
    must_be_bounded,
    number,
    own_field,
    text,
    tick,
)
from ideahub.http.receiving import sent_form

__all__ = [
    "FieldError",
    "Form",
    "amount",
    "choice",
    "cleaned",
    "day",
    "fill",
    "line",
    "many",
    "moment",
    "number",
    "own_field",
    "prefilled",
    "read_form",
    "say_what_is_missing",
    "text",
    "tick",
]

F = TypeVar("F")


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
        several = one.metadata["many"]
        typed[one.name] = given if several else (given[-1] if given else "")
        try:
            must_be_bounded(given if several else given[-1:], one.metadata)
            if several or typed[one.name].strip():
                values[one.name] = one.metadata["parse"](typed[one.name])
            if one.metadata["required"] and values.get(one.name) in (None, ""):
                errors[one.name] = _("Fill this in.")
        except FieldError as problem:
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


def say_what_is_missing(form: Form[Any], **sentences: str) -> None:
    """Says of each empty field what belongs there, so that the list of errors can be read."""
    for name, sentence in sentences.items():
        if form.error(name) and not str(form.value(name)).strip():
            form.errors[name] = sentence
