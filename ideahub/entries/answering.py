"""Reads what was typed into the fields of an entry form, each by its kind.

An answer is kept as JSON: words as a text, a number as a text with its exact digits, a choice as
its words, several as a list in the form's order, yes, no and consent as true or false, and a file
as its token. No answer is None.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import Invalid
from ideahub.core.text.cleaning import clean_line, clean_text
from ideahub.entries.form_versions import FieldView, FormView
from ideahub.entries.models import FieldKind

YES, NO = "yes", "no"
Answers = Mapping[str, Any]
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}([,\s]\d{3})+(\.\d+)?")
# As the table keeps limits of numbers: 14 digits, and 6 decimals.
MOST_DIGITS, MOST_DECIMALS = 14, 6
_LONGEST_NUMBER = 60
_SPACE = re.compile(r"\s")


def read_answer(field: FieldView, typed: str | list[str]) -> Any:
    """The answer to this field; None where nothing was typed. Raises Invalid for what cannot be an
    answer to it, with what to do."""
    if field.kind is FieldKind.CHOICES:
        return _choices(field, typed if isinstance(typed, list) else [typed])
    words = typed if isinstance(typed, str) else (typed[-1] if typed else "")
    return READ[field.kind](field, words) if words.strip() else None


def typed_answer(field: FieldView, answer: Any) -> str | list[str]:
    """What stands in the form for this answer, as `read_answer` reads it."""
    if field.kind is FieldKind.CHOICES:
        return [str(one) for one in answer] if isinstance(answer, list) else []
    if isinstance(answer, bool):
        return YES if answer else NO
    return "" if answer is None else str(answer)


def lacking(form: FormView, answers: Answers) -> dict[str, str]:
    """The required fields without an answer, each with a sentence that says what to do."""
    return {
        field.key: _sentence(field)
        for field in form.fields
        if field.required
        and answers.get(field.key) in (None, "", [], False)
        # That something is not so is an answer, too.
        and not (field.kind is FieldKind.YES_NO and answers.get(field.key) is False)
    }


def unusable(form: FormView, answers: Answers) -> dict[str, str]:
    """The fields whose kept answer is none any more, because the form has changed since: each with
    a sentence that says what to do."""
    found = {}
    for field in form.fields:
        try:
            if field.kind is not FieldKind.FILE:
                read_answer(field, typed_answer(field, answers.get(field.key)))
        except Invalid as problem:
            found[field.key] = problem.reason
    return found


def kept_answers(form: FormView, answers: Answers) -> dict[str, Any]:
    """The answers to this version's fields only, in their order."""
    return {
        field.key: answers[field.key] for field in form.fields if answers.get(field.key) is not None
    }


def _sentence(field: FieldView) -> str:
    sentences = {
        FieldKind.CHOICE: _("Choose one of the options."),
        FieldKind.CHOICES: _("Choose at least one."),
        FieldKind.YES_NO: _("Answer with yes or no."),
        FieldKind.FILE: _("Add a file."),
        FieldKind.CONSENT: _("Without this the entry cannot be submitted."),
    }
    return sentences.get(field.kind) or _("Fill this in.")


def _short_text(field: FieldView, typed: str) -> str | None:
    return _bounded(clean_line(typed), field.longest) or None


def _long_text(field: FieldView, typed: str) -> str | None:
    return _bounded(clean_text(typed), field.longest) or None


def _number(field: FieldView, typed: str) -> str:
    bare = typed.strip()
    if _THOUSANDS.fullmatch(bare[:_LONGEST_NUMBER]):
        bare = re.sub(r"[,\s]", "", bare)
    try:
        value = Decimal(bare.replace(",", ".")) if len(bare) <= _LONGEST_NUMBER else Decimal("nan")
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise Invalid(_("Enter a number, such as 12.5."))
    # Before it is written out: 1e999999999 would fill the memory.
    if value and value.adjusted() >= MOST_DIGITS:
        raise Invalid(_("Enter a number with fewer digits."))
    _must_be_within(field, value)
    far = int(value.as_tuple().exponent) < -_LONGEST_NUMBER
    exact = "" if far else format(value, "f")
    if far or len(exact.partition(".")[2].rstrip("0")) > MOST_DECIMALS:
        raise Invalid(_("Enter a number with at most %(most)s decimals.", most=MOST_DECIMALS))
    whole, dot, decimals = exact.partition(".")
    return whole + (dot + decimals.rstrip("0") if decimals.strip("0") else "")


def _must_be_within(field: FieldView, value: Decimal) -> None:
    least, most = field.least_value, field.most_value
    if least is not None and most is not None and not least <= value <= most:
        raise Invalid(_("Enter a number from %(least)s to %(most)s.", least=least, most=most))
    if least is not None and value < least:
        raise Invalid(_("Enter %(least)s or more.", least=least))
    if most is not None and value > most:
        raise Invalid(_("Enter %(most)s or less.", most=most))


def _choice(field: FieldView, typed: str) -> str:
    if typed not in field.options:
        raise Invalid(_("Choose one of the options."))
    return typed


def _choices(field: FieldView, typed: list[str]) -> list[str] | None:
    chosen = {one for one in typed if one.strip()}
    if not chosen <= set(field.options):
        raise Invalid(_("Choose from what is offered."))
    if field.most and len(chosen) > field.most:
        raise Invalid(
            ngettext(
                "Choose at most %(num)s option; %(now)s are chosen.",
                "Choose at most %(num)s options; %(now)s are chosen.",
                field.most,
                now=len(chosen),
            )
        )
    return [option for option in field.options if option in chosen] or None


def _yes_no(_field: FieldView, typed: str) -> bool:
    if typed not in (YES, NO):
        raise Invalid(_("Answer with yes or no."))
    return typed == YES


def _consent(_field: FieldView, typed: str) -> bool | None:
    if typed not in (YES, NO):
        raise Invalid(_("Tick the box, or leave it empty."))
    return True if typed == YES else None


def _link(field: FieldView, typed: str) -> str:
    line = _bounded(clean_line(typed), field.longest)
    address = line if "://" in line else f"https://{line}"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    named = "." in host.strip(".") and not _SPACE.search(address)
    if not named or parts.scheme not in ("http", "https") or parts.username is not None:
        raise Invalid(_("Enter the address of a page, such as https://example.org/plan."))
    return address


def _file(_field: FieldView, typed: str) -> str:
    # A file is sent beside the form, and kept before its token becomes an answer.
    raise Invalid(_("Choose a file."))


def _bounded(words: str, longest: int) -> str:
    if len(words) > longest:
        raise Invalid(
            ngettext(
                "Shorten this to %(num)s character; it has %(now)s.",
                "Shorten this to %(num)s characters; it has %(now)s.",
                longest,
                now=len(words),
            )
        )
    return words


READ: Mapping[FieldKind, Callable[[FieldView, str], Any]] = {
    FieldKind.SHORT_TEXT: _short_text,
    FieldKind.LONG_TEXT: _long_text,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CONSENT: _consent,
    FieldKind.LINK: _link,
    FieldKind.FILE: _file,
}
