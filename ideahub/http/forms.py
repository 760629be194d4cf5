"""Forms as dataclasses: what was typed, what it means, and what is wrong with it.

A form class names its fields with `line`, `text`, `choice`, … and a route reads it with
`read_form`. Nothing typed is lost: `form.typed` holds it as it came, whatever the errors.

Our own: WTForms gives values without types, msgspec and pydantic keep nothing that was typed.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, TypeVar

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.mailing import MailFailed
from ideahub.core.refusals import Conflict, Invalid, Refused, TooMany
from ideahub.http.amounts import amount, money
from ideahub.http.form_fields import (
    FieldError,
    choice,
    cleaned,
    day,
    line,
    many,
    moment,
    must_be_bounded,
    number,
    own_field,
    several,
    text,
    tick,
)
from ideahub.http.receiving import sent_form

__all__ = [
    "FieldError",
    "Form",
    "amount",
    "blank",
    "button_form",
    "choice",
    "cleaned",
    "day",
    "fill",
    "line",
    "many",
    "moment",
    "money",
    "number",
    "own_field",
    "prefilled",
    "read_form",
    "restored",
    "say_what_is_missing",
    "several",
    "text",
    "tick",
]

F = TypeVar("F")
# What somebody can mend, or try again later, with the same form.
MENDABLE = (Invalid, Conflict, TooMany, MailFailed)


@dataclass
class Form(Generic[F]):
    """A form as it came in: `values` are usable where there are no `errors`."""

    values: F
    typed: Mapping[str, Any]
    errors: dict[str, str]
    # The status of the page that shows the errors.
    refused_with: int = Invalid.status

    @property
    def status(self) -> int:
        """The status of a page that shows this form."""
        return 200 if self.ok else self.refused_with

    def refuse(self, refused: Refused, field: str = "") -> None:
        """Takes over what a rule refused: the errors of its fields, else one of `field`."""
        self.errors |= refused.errors or {field: refused.reason}
        self.refused_with = refused.status

    def attempt(self, db: AsyncSession | None, field: str = "") -> "FormAttempt":
        """Runs a rule on what was typed; afterwards the form is `ok`, or has the errors.

        `async with form.attempt(db): …`. What a rule wrote before it refused is undone, the rest
        of the transaction stays; None stands for a rule that has transactions of its own. A
        refusal that names no field belongs to `field`. Raises what no field can mend: what may
        not be done or known of at all, and, without `field`, what names none.
        """
        return FormAttempt(self, db, field)

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


class FormAttempt:
    """A savepoint whose refusal becomes an error of the form."""

    def __init__(self, form: Form[Any], db: AsyncSession | None, field: str) -> None:
        self._form, self._field = form, field
        self._savepoint = db.begin_nested() if db else None

    async def __aenter__(self) -> None:
        if self._savepoint:
            await self._savepoint.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if self._savepoint:
            await self._savepoint.__aexit__(kind, fault, trace)
        if not isinstance(fault, Refused):
            return False
        if not (fault.errors or (self._field and isinstance(fault, MENDABLE))):
            return False
        self._form.refuse(fault, self._field)
        return True


async def read_form(request: Request[Any, Any, Any], kind: type[F]) -> Form[F]:
    """The form as sent, every field read; errors are collected, none is raised."""
    sent = sent_form(request)
    return fill(kind, {name: sent.getall(name) for name in sent})


def fill(kind: type[F], sent: Mapping[str, list[Any]]) -> Form[F]:
    """The form that these values make, as if a browser had sent them."""
    values: dict[str, Any] = {}
    typed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for declared in fields(kind):  # type: ignore[arg-type]
        name, kept = declared.name, declared.metadata
        given = [str(value) for value in sent.get(name, ()) if isinstance(value, str)]
        typed[name] = given if kept["many"] else (given[-1] if given else "")
        try:
            must_be_bounded(given if kept["many"] else given[-1:], kept)
            if kept["many"] or typed[name].strip():
                values[name] = kept["parse"](typed[name])
            if kept["required"] and values.get(name) in (None, ""):
                errors[name] = _("Fill this in.")
        except FieldError as problem:
            errors[name] = str(problem)
    return Form(_build(kind, values), typed, errors)


def blank(kind: type[F], /, **values: Any) -> Form[F]:
    """A form nobody has typed into yet; some fields may stand there already."""
    return restored(kind, None, **values)


def restored(kind: type[F], draft: Mapping[str, Any] | None, /, **values: Any) -> Form[F]:
    """The form as somebody left it, without errors: they have not sent it yet.

    `values` are what it began with; the draft goes before them.
    """
    left = {**values, **(draft or {})}
    sent = {name: value if isinstance(value, list) else [value] for name, value in left.items()}
    form = fill(kind, {name: [str(value) for value in some] for name, some in sent.items()})
    return Form(form.values, form.typed, {})


def prefilled(values: F, draft: Mapping[str, Any] | None = None) -> Form[F]:
    """A form that shows these values and has no errors yet: for editing what exists.

    Where somebody left the form unsent, its `draft` is shown instead, field by field.
    """
    typed = {
        declared.name: _shown(getattr(values, declared.name), many=declared.metadata["many"])
        for declared in fields(values)  # type: ignore[arg-type]
    }
    left = {name: value for name, value in (draft or {}).items() if name in typed}
    return Form(values, typed | left, {})


def button_form() -> Form[None]:
    """The form of a deed without fields of its own: it takes what a rule refuses."""
    return Form(None, {}, {})


def _shown(value: Any, *, many: bool) -> Any:
    if value is None or value is False:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, list):
        return value if many else ", ".join(value)
    return str(value)


def _build(kind: type[F], values: dict[str, Any]) -> F:
    missing = [
        declared.name
        for declared in fields(kind)  # type: ignore[arg-type]
        if declared.default is MISSING and declared.default_factory is MISSING
    ]
    return kind(**dict.fromkeys(missing), **values)


def say_what_is_missing(form: Form[Any], **sentences: str) -> None:
    """Says of each empty field what belongs there, so that the list of errors can be read."""
    for name, sentence in sentences.items():
        if form.error(name) and not str(form.value(name)).strip():
            form.errors[name] = sentence
