"""The form of an entry: a form class made of the questions that its phase asks."""

from collections.abc import Callable, Mapping
from dataclasses import field, make_dataclass
from functools import lru_cache, partial
from typing import Any

from ideahub.core import lengths
from ideahub.core.i18n import _
from ideahub.entries.answering import YES, read_answer, typed_answer
from ideahub.entries.entering import Written
from ideahub.entries.form_versions import FieldView, FormView
from ideahub.entries.models import Entry, FieldKind
from ideahub.http.form_fields import SHORT, line, read_by
from ideahub.http.forms import Form
from ideahub.http.joining_fields import join_rows, join_whole, join_words
from ideahub.http.overtaken import opened_field, opened_on

WORDS = frozenset({FieldKind.SHORT_TEXT, FieldKind.LONG_TEXT})
# Fields that every entry has, whatever is asked.
OF_ALL = ("title", "team_name")


def form_class(form: FormView) -> type[Any]:
    """The class of the form with this version's questions, each under its key."""
    return _class_of(tuple(one for one in form.fields if one.kind is not FieldKind.FILE))


@lru_cache(maxsize=200)
def _class_of(asked: tuple[FieldView, ...]) -> type[Any]:
    usual = [
        ("title", str, line(lengths.TITLE)),
        ("team_name", str, line(lengths.TEAM_NAME)),
        ("saved", str, line(20)),
        ("opened", str, opened_field()),
        ("do", str, line(40)),
    ]
    return make_dataclass("AnswerForm", [*usual, *((one.key, Any, _field(one)) for one in asked)])


def _field(asked: FieldView) -> Any:
    words, several = asked.kind in WORDS, asked.kind is FieldKind.CHOICES
    most = asked.longest if words or asked.kind is FieldKind.LINK else SHORT
    if asked.options:
        most = lengths.FIELD_CHOICE
    metadata = {
        "parse": read_by(partial(read_answer, asked)),
        "many": several,
        "required": False,
        "join": join_words if words else join_rows if several else join_whole,
        "most": most,
        "longest": 2 * most + 1_000,
        "values": max(1, len(asked.options)) if several else 1,
    }
    return field(default=None, metadata=metadata)


def written_in(form: Form[Any], asked: FormView) -> Written:
    """What the form says, as the rules take it."""
    keys = [one.key for one in asked.fields if one.kind is not FieldKind.FILE]
    answers = {key: getattr(form.values, key) for key in keys}
    return Written(form.values.title, form.values.team_name, answers)


def names_in(asked: FormView) -> list[str]:
    """The names of the fields that people fill in, but for files."""
    return [*OF_ALL, *(one.key for one in asked.fields if one.kind is not FieldKind.FILE)]


def stored_form(entry: Entry, asked: FormView, draft: Mapping[str, Any] | None) -> Form[Any]:
    """The form with what the team has saved, and in its place what the viewer's own draft has."""
    kind = form_class(asked)
    typed: dict[str, Any] = {"title": entry.title, "team_name": entry.team_name, "do": ""}
    for one in asked.fields:
        if one.kind is not FieldKind.FILE:
            typed[one.key] = typed_answer(one, entry.answers.get(one.key))
            if one.kind is FieldKind.CONSENT and typed[one.key] != YES:
                typed[one.key] = ""
    names = names_in(asked)
    typed |= {"saved": str(entry.saved), "opened": opened_on(typed, names)}
    return Form(kind(**typed), typed | _of_draft(draft, asked, typed), {})


def _of_draft(
    draft: Mapping[str, Any] | None, asked: FormView, typed: Mapping[str, Any]
) -> dict[str, Any]:
    if not draft:
        return {}
    several = {one.key for one in asked.fields if one.kind is FieldKind.CHOICES}
    # A browser sends nothing for boxes that are not ticked.
    boxes = {one.key: "" for one in asked.fields if one.kind is FieldKind.CONSENT}
    emptied: dict[str, Any] = boxes | {key: [] for key in several}
    kept = {name: value for name, value in draft.items() if name in typed and name != "do"}
    return emptied | {
        name: [value] if name in several and isinstance(value, str) else value
        for name, value in kept.items()
    }


def labels_of(asked: FormView) -> dict[str, str]:
    """What each field is called, in the order of the form."""
    questions = {one.key: one.label for one in asked.fields}
    return {"title": _("Title of your entry"), "team_name": _("Name of your team"), **questions}


def in_words(asked: FormView) -> Callable[[str, Any], str]:
    """Says what stands in a field as people read it."""
    kinds = {one.key: one.kind for one in asked.fields}

    def say(name: str, typed: Any) -> str:
        if isinstance(typed, list):
            return "\n".join(typed)
        if kinds.get(name) in (FieldKind.YES_NO, FieldKind.CONSENT) and typed:
            return _("Yes") if typed == YES else _("No")
        return str(typed)

    return say
