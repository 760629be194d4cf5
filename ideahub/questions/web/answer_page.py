"""The page on which an answer is written, with all that goes out as its author sends it."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from litestar import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Campaign
from ideahub.core.fingerprints import fingerprint
from ideahub.core.i18n import _
from ideahub.core.languages import in_language, language, offered
from ideahub.core.telling import Addressee, Words
from ideahub.core.text.rendering import markdown_excerpt
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form
from ideahub.http.pages import AnyRequest, page
from ideahub.organisations.models import Organisation, Person
from ideahub.questions.answering import Answer
from ideahub.questions.labels import category_labels, category_options
from ideahub.questions.models import AskedQuestion
from ideahub.questions.open_questions import AskedView, chosen_questions, entry_choices
from ideahub.questions.queries import FaqEntryView
from ideahub.questions.telling import LONGEST, answer_words
from ideahub.questions.templates import TemplateView, templates_for
from ideahub.questions.web.forms import FaqForm


class Preview(NamedTuple):
    """What goes out: the answer as everyone reads it, and the mail to each who asked."""

    answer: Answer
    letters: list[tuple[str, Words]]
    looked: str


async def answer_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[FaqForm],
    *,
    numbers: Sequence[int] = (),
    entry: FaqEntryView | None = None,
    answer: Answer | None = None,
    from_draft: bool = False,
) -> Response[bytes]:
    """The page for an answer to these questions, or for changing that of an entry; with `answer`
    also how it will look."""
    questions = await chosen_questions(db, campaign.id, numbers) if numbers else []
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    preview = await _preview(db, campaign, form, answer, questions, entry) if answer else None
    return page(
        request,
        viewer,
        "questions/answer.html",
        status=form.status,
        campaign=campaign,
        form=_with_first_words(form, questions),
        questions=[question for question in questions if not _is_dealt_with(question)],
        dealt_with=[question for question in questions if _is_dealt_with(question)],
        entry=entry,
        entries=await entry_choices(db, campaign.id) if questions else [],
        templates=await templates_for(db, campaign),
        labels=category_labels(),
        options=category_options(),
        preview=preview,
        draft_key=draft_key(campaign, numbers, entry.id if entry else 0),
        restored=from_draft,
        answer_seen_by=seen_by(campaign.audience, organisation.name),
    )


def draft_key(campaign: Campaign, numbers: Sequence[int], entry_id: int = 0) -> str:
    """The name of the form among drafts: by the first of the questions that it answers."""
    if entry_id:
        return f"answer-again-{entry_id}"
    return f"answer-{min(numbers)}" if numbers else f"answer-unasked-{campaign.id}"


def was_looked_at(form: Form[FaqForm], answer: Answer) -> bool:
    """Whether its author has seen it as it goes out."""
    return form.values.looked == seen_as(answer, form.values.numbers)


def seen_as(answer: Answer, numbers: Iterable[int]) -> str:
    """The fingerprint of what goes out."""
    return fingerprint((*answer[:3], answer.letter, *sorted(numbers)))


def with_template(form: Form[FaqForm], templates: Sequence[TemplateView]) -> Form[FaqForm]:
    """The form with the chosen template below what was typed; without errors, as nothing is sent
    yet."""
    chosen = [one for one in templates if str(one.id) == form.values.template]
    typed = dict(form.typed)
    for template in chosen:
        for name, words in (("answer", template.answer), ("letter", template.letter)):
            typed[name] = "\n\n".join(part for part in (str(typed[name]).rstrip(), words) if part)
    errors = {} if chosen else {"template": _("Choose a template.")}
    return Form(form.values, typed, errors)


def _with_first_words(form: Form[FaqForm], questions: Sequence[AskedView]) -> Form[FaqForm]:
    # To begin with, it is asked as the first of them asked it.
    if form.typed.get("question") or form.errors or not questions:
        return form
    first = {"question": questions[0].text, "category": questions[0].category.value}
    return Form(form.values, {**form.typed, **first}, form.errors)


def _is_dealt_with(question: AskedView) -> bool:
    return question.entry_id is not None or question.set_aside_at is not None


async def _preview(
    db: AsyncSession,
    campaign: Campaign,
    form: Form[FaqForm],
    answer: Answer,
    questions: Sequence[AskedView],
    entry: FaqEntryView | None,
) -> Preview:
    looked = seen_as(answer, form.values.numbers)
    if not answer.text:
        return Preview(answer, [], looked)
    text = await markdown_excerpt(answer.text, LONGEST)
    letters = []
    for person in await _askers(db, questions, entry):
        to = Addressee(person.id, person.name, person.email, person.language)
        with in_language(person.language if person.language in offered() else language()):
            again = bool(entry and entry.answered_at)
            words = answer_words(campaign, answer.question, text, to, answer.letter, again=again)
        letters.append((person.name, words))
    return Preview(answer, letters, looked)


async def _askers(
    db: AsyncSession, questions: Sequence[AskedView], entry: FaqEntryView | None
) -> Sequence[Any]:
    asked = select(AskedQuestion.person_id)
    if entry:
        asked = asked.where(AskedQuestion.entry_id == entry.id)
    else:
        asked = asked.where(AskedQuestion.id.in_([question.id for question in questions]))
    people = select(Person.id, Person.name, Person.email, Person.language)
    return (await db.execute(people.where(Person.id.in_(asked)).order_by(Person.id))).all()
