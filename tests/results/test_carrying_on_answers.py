"""Into a later round go the answers to questions that it asks in the same way, and no others."""

from ideahub.entries.form_versions import FieldView
from ideahub.entries.models import FieldKind
from ideahub.results.carrying_on import same_questions


def field(key: str, label: str, kind: FieldKind = FieldKind.LONG_TEXT, *options: str) -> FieldView:
    return FieldView(key, kind, label, options=options)


def test_the_words_decide_and_not_the_key() -> None:
    old = [field("q1", "What did you do?"), field("q2", "What came of it?")]
    new = [field("q1", "What came  of it?"), field("q2", "How do you know?")]
    assert same_questions(old, new) == {"q2": "q1"}


def test_another_kind_or_other_options_are_another_question() -> None:
    old = [field("q1", "Cost"), field("q2", "Where?", FieldKind.CHOICE, "North", "South")]
    assert same_questions(old, [field("q1", "Cost", FieldKind.NUMBER)]) == {}
    assert same_questions(old, [field("q1", "Where?", FieldKind.CHOICE, "North")]) == {}
    same = field("q9", "Where?", FieldKind.CHOICE, "North", "South")
    assert same_questions(old, [same]) == {"q2": "q9"}


def test_files_and_consent_are_asked_for_again() -> None:
    both = [field("q1", "A sketch", FieldKind.FILE), field("q2", "Agreed", FieldKind.CONSENT)]
    assert same_questions(both, both) == {}


def test_a_question_asked_twice_is_answered_once() -> None:
    twice = [field("q1", "Why?"), field("q2", "Why?")]
    assert same_questions([field("q7", "Why?")], twice) == {"q7": "q1"}
