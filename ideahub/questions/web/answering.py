"""Handlers for writing an answer: for several questions at once, from a template, and seen by its
author as all others will get it before it goes."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, see_other
from ideahub.questions.answering import (
    Answer,
    answer_questions,
    change_answer,
    join_questions,
    written_answer,
)
from ideahub.questions.queries import find_entry
from ideahub.questions.templates import templates_for
from ideahub.questions.web.answer_page import (
    answer_page,
    draft_key,
    was_looked_at,
    with_template,
)
from ideahub.questions.web.forms import MOST_AT_ONCE, FaqForm, SameAsForm, numbers_in

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/answers/new")
async def write_new(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    of: FromQuery[list[str] | None] = None,
) -> Response[Any]:
    """The page for an answer to the chosen questions; without any, to one nobody has asked yet."""
    campaign = await find_managed(db, viewer, campaign_id)
    numbers = numbers_in(of or [])[:MOST_AT_ONCE]
    draft = await find_draft(db, viewer, draft_key(campaign, numbers))
    # Which questions it answers is what was chosen now.
    kept = {**(draft or {}), "of": [str(number) for number in numbers], "do": "", "looked": ""}
    form = restored(FaqForm, kept)
    return await answer_page(
        request, db, viewer, campaign, form, numbers=numbers, from_draft=bool(draft)
    )


@post("/management/{campaign_id:int}/answers")
async def send_new(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Publishes the answer once its author has looked at it; before that, and for another button,
    the page again."""
    campaign = await find_managed(db, viewer, campaign_id)
    form, answer = await _read(request, db, campaign)
    numbers = form.values.numbers
    if answer and form.values.do == "send" and was_looked_at(form, answer):
        async with form.attempt(db):
            entry = await answer_questions(db, viewer, campaign, numbers, answer)
            await discard_draft(db, viewer, draft_key(campaign, numbers))
            return see_other(f"{campaign.url}/questions/{entry.id}", _published(answer, numbers))
    return await answer_page(
        request, db, viewer, campaign, form, numbers=numbers, answer=answer if form.ok else None
    )


@get("/management/{campaign_id:int}/answers/{answer_id:int}")
async def write_again(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    answer_id: FromPath[int],
) -> Response[Any]:
    """The page for changing an answer, or for giving one to a question that was published."""
    campaign = await find_managed(db, viewer, campaign_id)
    entry = await find_entry(db, campaign.id, answer_id)
    stored = FaqForm(
        category=entry.category,
        question=entry.question,
        answer=entry.answer,
        seen=str(entry.version),
    )
    draft = await find_draft(db, viewer, draft_key(campaign, [], answer_id))
    kept = {**draft, "do": "", "looked": ""} if draft else None
    form = restored(FaqForm, kept) if kept else prefilled(stored)
    return await answer_page(
        request, db, viewer, campaign, form, entry=entry, from_draft=bool(draft)
    )


@post("/management/{campaign_id:int}/answers/{answer_id:int}")
async def send_again(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    answer_id: FromPath[int],
) -> Response[Any]:
    """Publishes the changed answer once its author has looked at it."""
    campaign = await find_managed(db, viewer, campaign_id)
    entry = await find_entry(db, campaign.id, answer_id)
    form, answer = await _read(request, db, campaign)
    if entry.answered_at and not form.values.answer and form.values.do != "template":
        form.errors.setdefault("answer", _("Write the answer: one stands there already."))
    if answer and form.ok and form.values.do == "send" and was_looked_at(form, answer):
        async with form.attempt(db):
            await change_answer(db, viewer, campaign, answer_id, answer, form.values.version)
            await discard_draft(db, viewer, draft_key(campaign, [], answer_id))
            told = _("The answer is published. Those who asked are told.")
            return see_other(f"{campaign.url}/questions/{answer_id}", told)
        # Whoever sends it again has read what the other one wrote.
        form.typed = {
            **form.typed,
            "seen": str((await find_entry(db, campaign.id, answer_id)).version),
        }
    return await answer_page(
        request, db, viewer, campaign, form, entry=entry, answer=answer if form.ok else None
    )


@post("/management/{campaign_id:int}/joined-questions")
async def join(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Puts the chosen questions to an entry whose answer is theirs as well."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, SameAsForm)
    say_what_is_missing(form, entry=_("Choose the question that it is the same as."))
    numbers = form.values.numbers
    if form.ok:
        async with form.attempt(db):
            entry = await join_questions(db, viewer, campaign, numbers, form.values.entry_id)
            told = _("Done: whoever asked gets the answer.")
            if not entry.answered_at:
                told = _("Done: whoever asked is told when it is answered.")
            return see_other(f"/management/{campaign.id}/questions", told)
    shown = restored(FaqForm, {"of": form.values.of})
    shown.errors, shown.refused_with = form.errors, form.refused_with
    return await answer_page(request, db, viewer, campaign, shown, numbers=numbers)


async def _read(
    request: AnyRequest, db: AsyncSession, campaign: Campaign
) -> tuple[Form[FaqForm], Answer | None]:
    """The form that was sent, and the answer in it, as it will be published; None where it has
    errors, or a template was asked for, which is put into the form."""
    form = await read_form(request, FaqForm)
    if form.values.do == "template":
        return with_template(form, await templates_for(db, campaign)), None
    say_what_is_missing(
        form,
        category=_("Choose what it is about."),
        question=_("Write the question as everyone is to read it."),
    )
    values = form.values
    if not form.ok or not values.category:
        return form, None
    async with form.attempt(None):
        return form, await written_answer(
            campaign, values.category, values.question, values.answer, values.letter
        )
    return form, None


def _published(answer: Answer, numbers: list[int]) -> str:
    if not answer.text:
        return _("The question is published. Whoever asked it is told when it is answered.")
    if numbers:
        return _("The answer is published. Those who asked are told.")
    return _("The answer is published.")


ROUTES: list[ControllerRouterHandler] = [write_new, send_new, write_again, send_again, join]
