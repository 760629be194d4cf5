"""The page on which an answer is written."""

from collections.abc import Sequence

from litestar import Response
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Campaign
from ideahub.core.events import Kind
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form
from ideahub.http.pages import AnyRequest, page
from ideahub.organisations.models import Organisation
from ideahub.questions.answering import Answer
from ideahub.questions.labels import category_labels, category_options
from ideahub.questions.models import AskedQuestion
from ideahub.questions.open_questions import AskedView, chosen_questions, entry_choices
from ideahub.questions.queries import FaqEntryView
from ideahub.questions.templates import TemplateView, templates_for
from ideahub.questions.web.forms import FaqForm
from ideahub.questions.web.preview import preview_of, seen_as


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
    preview = None
    if answer:
        kind = Kind.ANSWER_CHANGED if entry and entry.answered_at else Kind.QUESTION_ANSWERED
        looked = seen_as(answer, form.values.numbers)
        preview = await preview_of(db, campaign, answer, _askers(questions, entry), kind, looked)
    return page(
        request,
        viewer,
        "questions/answer.html",
        status=form.status,
        campaign=campaign,
        form=_with_first_words(form, questions),
        questions=[question for question in questions if question.is_open],
        dealt_with=[question for question in questions if not question.is_open],
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


def _askers(questions: Sequence[AskedView], entry: FaqEntryView | None) -> Select[int]:
    asked = select(AskedQuestion.person_id)
    if entry:
        return asked.where(AskedQuestion.entry_id == entry.id)
    return asked.where(AskedQuestion.id.in_([question.id for question in questions]))
