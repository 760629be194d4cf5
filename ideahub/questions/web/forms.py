"""The forms of questions, answers, templates and announcements."""

from dataclasses import dataclass

from ideahub.core import lengths
from ideahub.http.forms import checkbox, choice, line, repeated, text
from ideahub.http.query_numbers import number_in_query
from ideahub.questions.merging import Merge
from ideahub.questions.models import QuestionCategory

# So many questions can be answered at once.
MOST_AT_ONCE = 200


@dataclass
class AskForm:
    """A question to whoever runs the challenge."""

    category: QuestionCategory | None = choice(QuestionCategory, required=True)
    question: str = text(lengths.ASKED, required=True)


@dataclass
class ChosenForm:
    """The questions that were chosen in the list: their numbers."""

    of: list[str] = repeated(MOST_AT_ONCE, 20)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the questions; what is no number is left out."""
        return numbers_in(self.of)


@dataclass
class FaqForm(ChosenForm):
    """A question as everyone reads it, its answer, and the words for those who asked.

    `seen` is the version that the form was opened on. `do` is the button: to begin with a template,
    to look at all before it goes, or to send it. `looked` is the fingerprint of what was looked at.
    """

    category: QuestionCategory | None = choice(QuestionCategory, required=True)
    question: str = text(lengths.ASKED, required=True)
    answer: str = text()
    letter: str = text(lengths.LETTER)
    template: str = line(20)
    seen: str = line(20)
    do: str = line(10)
    looked: str = line(40)

    @property
    def version(self) -> int:
        """The version that the form was opened on; 0 where it does not say."""
        return number_in_query(self.seen) or 0


@dataclass
class SameAsForm(ChosenForm):
    """The entry whose answer the chosen questions get."""

    entry: str = line(20, required=True)

    @property
    def entry_id(self) -> int:
        """The entry's number; 0 where none was chosen."""
        return number_in_query(self.entry) or 0


@dataclass
class MergeForm(ChosenForm):
    """Two entries that become one, and what it says. `into` is the one that stays; `versions` are
    those that the page showed, in the order of `of`. The button is as in FaqForm, or begins with
    one of the texts, or both."""

    into: str = line(20, required=True)
    versions: list[str] = repeated(2, 20)
    category: QuestionCategory | None = choice(QuestionCategory, required=True)
    question: str = text(lengths.ASKED, required=True)
    answer: str = text(required=True)
    do: str = line(10)
    looked: str = line(40)

    @property
    def merge(self) -> Merge:
        """What is to be merged into what; the numbers are 0 where the form does not say."""
        seen = dict(zip(self.numbers, numbers_in(self.versions), strict=False))
        into = number_in_query(self.into) or 0
        gone = next((number for number in seen if number != into), 0)
        return Merge(gone, seen.get(gone, 0), into, seen.get(into, 0))


@dataclass
class HideForm:
    """Why an answer is hidden."""

    why: str = line(lengths.NOTE, required=True)


@dataclass
class SetAsideForm:
    """Why a question is set aside."""

    why: str = line(lengths.NOTE, required=True)


@dataclass
class CategoryForm:
    """The category that a question belongs to."""

    category: QuestionCategory | None = choice(QuestionCategory, required=True)


@dataclass
class AnswerTemplateForm:
    """A text to begin answers with."""

    name: str = line(lengths.TEMPLATE_NAME, required=True)
    answer: str = text(required=True)
    letter: str = text(lengths.LETTER)
    only_here: bool = checkbox()


@dataclass
class WordsForm:
    """What an announcement says."""

    title: str = line(lengths.TITLE, required=True)
    text: str = text(required=True)


@dataclass
class AnnouncementForm(WordsForm):
    """An announcement, and the groups that it is for.

    `do` is the button: to look at it before it goes, or to send it. `looked` is the fingerprint of
    what was looked at.
    """

    groups: list[str] = repeated(10, 20)
    do: str = line(10)
    looked: str = line(40)


@dataclass
class CorrectedForm(WordsForm):
    """An announcement in other words; `seen` is the fingerprint of what it said as the form was
    opened."""

    seen: str = line(40)


@dataclass
class TakeBackForm:
    """Why an announcement is taken back."""

    why: str = line(lengths.NOTE, required=True)


def numbers_in(typed: list[str]) -> list[int]:
    """The numbers of rows among these texts, as an address or a form has them."""
    return [number for text in typed if (number := number_in_query(text)) is not None]
