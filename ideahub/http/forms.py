"""Forms as dataclasses: reads what was typed into typed values, and collects the errors.

A form class declares its fields with `line`, `text`, `choice`, … and a handler reads it with
`read_form`. Nothing typed is lost: `form.typed` has it as it was sent, also where it has errors.

Our own: WTForms gives values without types, msgspec and pydantic do not keep what was typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, TypeVar

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.mailing import MailFailed
from ideahub.core.refusals import Conflict, Invalid, Refused, TooMany, TooMuch
from ideahub.http.amounts import amount, exact_money, money
from ideahub.http.form_fields import (
    FieldError,
    checkbox,
    choice,
    cleaned,
    day,
    line,
    moment,
    must_be_bounded,
    number,
    own_field,
    repeated,
    separated,
    text,
)
from ideahub.http.receiving import sent_form

__all__ = [
    "FieldError",
    "Form",
    "amount",
    "blank",
    "button_form",
    "checkbox",
    "choice",
    "cleaned",
    "day",
    "exact_money",
    "fill",
    "line",
    "moment",
    "money",
    "number",
    "own_field",
    "prefilled",
    "read_form",
    "repeated",
    "restored",
    "say_what_is_missing",
    "separated",
    "text",
]

F = TypeVar("F")
# Refusals after which the same form can be corrected, or sent again later.
CORRECTABLE = (Invalid, Conflict, TooMuch, TooMany, MailFailed)


@dataclass
class Form(Generic[F]):
    """A form that was sent, or that is shown to be filled in.

    `typed` has the text of each field, `errors` a sentence for each field that cannot be used.
    `values` may be used only where there are no errors.
    """

    values: F
    typed: Mapping[str, Any]
    errors: dict[str, str]
    # The HTTP status of the page that shows the errors.
    refused_with: int = Invalid.status

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        return 200 if self.ok else self.refused_with

    def refuse(self, refused: Refused, field: str = "") -> None:
        """Takes over a rule's refusal: its errors of fields, or its reason as that of `field`."""
        self.errors |= refused.errors or {field: refused.reason}
        self.refused_with = refused.status

    def attempt(self, db: AsyncSession | None, field: str = "") -> "FormAttempt":
        """Runs a rule, `async with form.attempt(db): …`; its refusal becomes an error of the form.

        What the rule wrote before it refused is undone, the rest of the transaction stays. `db` is
        None for a rule that opens its own transactions. A refusal without a field becomes the
        error of `field`. Other refusals are raised: those that no form can correct (Forbidden,
        NotFound, …), and those without a field where there is no `field` here.
        """
        return FormAttempt(self, db, field)

    def limit(self, name: str) -> int:
        """How many characters may be typed into the field."""
        kinds = {declared.name: declared for declared in fields(self.values)}  # type: ignore[arg-type]
        return int(kinds[name].metadata["most"])

    def says(self, names: Iterable[str]) -> bool:
        """Whether something was typed into one of these fields, or is wrong there."""
        return any(self.value(name) or self.error(name) for name in names)

    @property
    def ok(self) -> bool:
        """Whether there are no errors."""
        return not self.errors

    def value(self, name: str) -> Any:
        """The text of the field as it was typed; empty for a field that is not there."""
        return self.typed.get(name, "")

    def error(self, name: str) -> str:
        """The error of the field; empty where it has none."""
        return self.errors.get(name, "")


class FormAttempt:
    """What `Form.attempt` returns: a savepoint that turns a refusal into an error of the form."""

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
        if not (fault.errors or (self._field and isinstance(fault, CORRECTABLE))):
            return False
        self._form.refuse(fault, self._field)
        return True


async def read_form(request: Request[Any, Any, Any], kind: type[F]) -> Form[F]:
    """The form that was sent with the request; errors are collected, none is raised."""
    sent = sent_form(request)
    return fill(kind, {name: sent.getall(name) for name in sent})


def fill(kind: type[F], sent: Mapping[str, list[Any]]) -> Form[F]:
    """The form with these texts in it, as if a browser had sent them."""
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
    """A form to be filled in; `values` are fields that are filled in already."""
    return restored(kind, None, **values)


def restored(kind: type[F], draft: Mapping[str, Any] | None, /, **values: Any) -> Form[F]:
    """The form with what its draft holds, and without errors: it was not sent yet.

    `values` fill the fields that the draft does not have.
    """
    left = {**values, **(draft or {})}
    sent = {name: value if isinstance(value, list) else [value] for name, value in left.items()}
    form = fill(kind, {name: [str(value) for value in some] for name, some in sent.items()})
    return Form(form.values, form.typed, {})


def prefilled(values: F, draft: Mapping[str, Any] | None = None) -> Form[F]:
    """A form that shows these values, without errors: for editing what exists.

    Fields of the `draft` are shown in place of the values.
    """
    typed = {
        declared.name: _shown(getattr(values, declared.name), many=declared.metadata["many"])
        for declared in fields(values)  # type: ignore[arg-type]
    }
    left = {name: value for name, value in (draft or {}).items() if name in typed}
    return Form(values, typed | left, {})


def button_form() -> Form[None]:
    """The form of a button: no fields, but `attempt` can put a refusal into it."""
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
    """Replaces the error of each of these fields that is empty by its sentence, so that each
    error in the list at the top says what is missing."""
    for name, sentence in sentences.items():
        if form.error(name) and not str(form.value(name)).strip():
            form.errors[name] = sentence
