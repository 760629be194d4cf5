"""Templates in the form of an answer: choosing one, and putting it in."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.http.forms import Form, fill
from ideahub.ideas.queries import IdeaView
from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import TemplateView, templates_of_campaigns
from ideahub.responses.placeholders import filled, words_of_answer, words_of_idea
from ideahub.responses.web.forms import BegunAnswerForm

F = TypeVar("F", bound=BegunAnswerForm)


async def answer_templates(db: AsyncSession, campaign_ids: Sequence[int]) -> list[TemplateView]:
    """The templates of answers to ideas of these campaigns, by name."""
    return await templates_of_campaigns(db, campaign_ids, TemplateUse.IDEAS)


def put_template(form: Form[BegunAnswerForm], templates: Sequence[TemplateView]) -> None:
    """Puts the chosen template into the answer; without other errors, as nothing is sent yet."""
    form.errors.clear()
    chosen = next((one for one in templates if str(one.id) == form.values.template), None)
    if chosen is None:
        form.errors["template"] = _("Choose a template.")
        return
    if form.value("body").strip():
        form.errors["template"] = _("There is an answer already. Empty it to begin with this one.")
        return
    begins = {"body": chosen.answer, "verdict": chosen.verdict, "reason_kind": chosen.reason}
    form.typed = {**form.typed, **{name: value for name, value in begins.items() if value}}


def put_words_of(form: Form[BegunAnswerForm], idea: IdeaView) -> None:
    """Puts in what placeholders stand for, as far as it is known yet."""
    words = {**_words_of(idea), **words_of_answer(form.typed)}
    known = {place: word for place, word in words.items() if word}
    form.typed = {**form.typed, **filled(form.typed, known)}


def with_words_of(form: Form[F], kind: type[F], idea: IdeaView) -> Form[F]:
    """The form that was sent, with what placeholders stand for in the place of those that were left
    in it."""
    texts = filled(form.typed, {**_words_of(idea), **words_of_answer(form.typed)})
    if all(form.typed[name] == text for name, text in texts.items()):
        return form
    return fill(kind, {name: [value] for name, value in {**form.typed, **texts}.items()})


def _words_of(idea: IdeaView) -> Mapping[str, str]:
    return words_of_idea(idea.title, idea.author_name, idea.campaign_title, idea.votes_count)
