"""The rows of the page on which many questions are answered, each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core import lengths
from ideahub.core.events import Kind
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, choice, line, text
from ideahub.http.row_forms import RowFields, RowForm, RowKind
from ideahub.questions.answering import Answer, answer_questions, written_answer
from ideahub.questions.models import QuestionCategory
from ideahub.questions.open_questions import AskedView
from ideahub.questions.placeholders import filled
from ideahub.questions.templates import TemplateView
from ideahub.questions.web.preview import Preview, preview_for, seen_as, who_asked

MOST_ROWS = 50


@dataclass
class BatchForm:
    """What is said once for all rows: the template to begin with, and the button as in FaqForm."""

    template: str = line(20)
    do: str = line(10)
    looked: str = line(40)


@dataclass
class AnswerRow(RowFields):
    """An asked question, by its number, with its own answer; without one it stays open."""

    category: QuestionCategory | None = choice(QuestionCategory)
    question: str = text(lengths.ASKED)
    answer: str = text()
    letter: str = text(lengths.LETTER)


Rows = list[RowForm[AnswerRow]]
# By the number of the asked question.
Answers = dict[int, Answer]
ROWS = RowKind("row", AnswerRow, MOST_ROWS)


class Looked(NamedTuple):
    """What goes out of each row, by the number of its question, and the fingerprint of it all."""

    previews: dict[int, Preview]
    as_seen: str


def number_of(row: RowForm[AnswerRow]) -> int:
    """The number of the question; 0 where the row does not say."""
    return row.values.number if row.values.number is not None else 0


def begun_rows(asked: Sequence[AskedView], drafted: Sequence[RowForm[AnswerRow]]) -> Rows:
    """A row for each question, as it was left or as it was asked; by what they are about."""
    rows = {one.id: _fresh_row(one) for one in asked}
    rows |= {number_of(row): row for row in drafted if number_of(row) in rows}
    order = list(QuestionCategory)
    by_category = sorted(asked, key=lambda one: (order.index(one.category), one.id))
    return [rows[one.id] for one in by_category]


def _fresh_row(one: AskedView) -> RowForm[AnswerRow]:
    # To begin with, it is asked as the person asked it.
    return RowForm(blank(AnswerRow, id=str(one.id), category=one.category.value, question=one.text))


def put_template(
    form: Form[BatchForm],
    rows: Rows,
    asked: Sequence[AskedView],
    campaign: Campaign,
    templates: Sequence[TemplateView],
) -> None:
    """Puts the chosen template into each row that has no answer yet, filled in for its question;
    without errors, as nothing is sent yet."""
    chosen = [one for one in templates if str(one.id) == form.values.template]
    if not chosen:
        form.errors["template"] = _("Choose a template.")
    people = {one.id: one.name for one in asked}
    for row in rows:
        row.form.errors.clear()
        if not chosen or row.form.value("answer").strip():
            continue
        known = {
            "challenge": campaign.title or campaign.heading,
            "question": row.form.value("question"),
        }
        name = people[number_of(row)]
        texts = {
            "answer": filled(chosen[0].answer, **known),
            "letter": row.form.value("letter") or filled(chosen[0].letter, **known, name=name),
        }
        row.form.typed = {**row.form.typed, **texts}


async def written_rows(campaign: Campaign, rows: Rows) -> Answers:
    """The answers as they will be published; what is wrong becomes the error of its row."""
    found = {}
    for row in rows:
        values = row.values
        if not row.form.ok or not values.answer:
            continue
        if not values.category:
            row.form.errors["category"] = _("Choose what it is about.")
        if not values.question:
            row.form.errors["question"] = _("Write the question as everyone is to read it.")
        if not values.category or not values.question:
            continue
        async with row.form.attempt(None, "answer"):
            found[number_of(row)] = await written_answer(
                campaign, values.category, values.question, values.answer, values.letter
            )
    return found


async def looked_at(db: AsyncSession, campaign: Campaign, answers: Answers) -> Looked:
    """What goes out, for its author to look at."""
    people = await who_asked(db, list(answers))
    previews = {}
    for number, answer in answers.items():
        looked = seen_as(answer, [number])
        to = [people[number]]
        previews[number] = await preview_for(campaign, answer, to, Kind.QUESTION_ANSWERED, looked)
    return Looked(previews, fingerprint([one.looked for one in previews.values()]))


async def send_rows(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, rows: Rows, answers: Answers
) -> Rows:
    """Publishes the answers, and returns the rows that are left: those without an answer, and those
    whose question somebody else has dealt with meanwhile."""
    left = []
    for row in rows:
        number = number_of(row)
        if number in answers:
            async with row.form.attempt(db, "answer"):
                await answer_questions(db, viewer, campaign, [number], answers[number])
                continue
        left.append(row)
    return left
