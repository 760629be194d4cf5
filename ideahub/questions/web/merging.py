"""Handlers for merging two entries of the FAQ: with one of both texts, both, or a new one, seen
before it goes."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.events import Kind
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, prefilled, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.models import Organisation
from ideahub.questions.answering import Answer, written_answer
from ideahub.questions.labels import category_labels, category_options
from ideahub.questions.merging import merge_answers
from ideahub.questions.models import AskedQuestion
from ideahub.questions.published import listed_entries
from ideahub.questions.queries import FaqEntryView
from ideahub.questions.web.forms import MergeForm, numbers_in
from ideahub.questions.web.preview import preview_of, seen_as

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}/merged-answers")
async def begin_merge(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    of: FromQuery[list[str] | None] = None,
) -> Response[Any]:
    """The page on which two entries become one; the list where not two were chosen."""
    campaign = await find_managed(db, viewer, campaign_id)
    entries = await listed_entries(db, campaign.id, numbers_in(of or []))
    if len(entries) != 2:
        told = _("Choose exactly two questions that everyone can read, to make one of them.")
        return see_other(f"/management/{campaign.id}/answers", told, done=False)
    draft = await find_draft(db, viewer, _draft_key(entries))
    fresh = {"of": [str(one.id) for one in entries], "versions": _versions(entries)}
    if draft:
        form = restored(MergeForm, {**draft, **fresh, "do": "", "looked": ""})
    else:
        form = prefilled(_first_form(entries))
    return await _page(request, db, viewer, campaign, form, entries, from_draft=bool(draft))


@post("/management/{campaign_id:int}/merged-answers")
async def send_merge(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Merges them once the manager has looked at the result; before that, and for another button,
    the page again."""
    campaign = await find_managed(db, viewer, campaign_id)
    form, answer = await _read(request, db, campaign)
    entries = await listed_entries(db, campaign.id, form.values.numbers)
    looked = answer and form.values.looked == _seen_as(answer, form)
    if answer and form.values.do == "send" and looked:
        async with form.attempt(db):
            kept = await merge_answers(db, viewer, campaign, form.values.merge, answer)
            await discard_draft(db, viewer, _draft_key(entries))
            told = _("They are one answer now. Those who asked either are told.")
            return see_other(f"{campaign.url}/questions/{kept.id}", told)
        # Whoever sends it again has read what the page shows now.
        form.typed = {**form.typed, "versions": _versions(entries)}
    if len(entries) != 2:
        told = _("One of them was hidden or merged meanwhile. Choose again.")
        return see_other(f"/management/{campaign.id}/answers", told, done=False)
    if form.values.do in {"first", "second", "both"}:
        form, answer = _with_text(form, entries), None
    return await _page(request, db, viewer, campaign, form, entries, answer=answer)


async def _read(
    request: AnyRequest, db: AsyncSession, campaign: Campaign
) -> tuple[Form[MergeForm], Answer | None]:
    form = await read_form(request, MergeForm)
    say_what_is_missing(
        form,
        category=_("Choose what it is about."),
        question=_("Write the question as everyone is to read it."),
        answer=_("Write the answer for both."),
    )
    values = form.values
    if form.ok and values.category:
        async with form.attempt(None):
            return form, await written_answer(
                campaign, values.category, values.question, values.answer, ""
            )
    return form, None


def _first_form(entries: Sequence[FaqEntryView]) -> MergeForm:
    # What more people asked stays, else what was published first.
    kept = max(entries, key=lambda one: (one.asked, -one.id))
    return MergeForm(
        of=[str(one.id) for one in entries],
        into=str(kept.id),
        versions=_versions(entries),
        category=kept.category,
        question=kept.question,
        answer=_joined(entries),
    )


def _with_text(form: Form[MergeForm], entries: Sequence[FaqEntryView]) -> Form[MergeForm]:
    first, second = entries
    texts = {"first": first.answer, "second": second.answer, "both": _joined(entries)}
    chosen = {"answer": texts[form.values.do]}
    if form.values.do != "both":
        chosen["question"] = (first if form.values.do == "first" else second).question
    return Form(form.values, {**form.typed, **chosen}, {})


def _joined(entries: Sequence[FaqEntryView]) -> str:
    return "\n\n".join(dict.fromkeys(one.answer for one in entries if one.answer))


def _versions(entries: Sequence[FaqEntryView]) -> list[str]:
    return [str(one.version) for one in entries]


def _seen_as(answer: Answer, form: Form[MergeForm]) -> str:
    merge = form.values.merge
    return seen_as(answer, [merge.from_id, merge.into_id, merge.into_id])


def _draft_key(entries: Sequence[FaqEntryView]) -> str:
    return "answers-merged-" + "-".join(str(one.id) for one in entries)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[MergeForm],
    entries: Sequence[FaqEntryView],
    *,
    answer: Answer | None = None,
    from_draft: bool = False,
) -> Response[bytes]:
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    preview = None
    if answer and form.ok:
        numbers = [one.id for one in entries]
        askers = select(AskedQuestion.person_id).where(AskedQuestion.entry_id.in_(numbers))
        looked = _seen_as(answer, form)
        preview = await preview_of(db, campaign, answer, askers, Kind.ANSWERS_MERGED, looked)
    return page(
        request,
        viewer,
        "questions/merge.html",
        status=form.status,
        campaign=campaign,
        form=form,
        entries=entries,
        labels=category_labels(),
        options=category_options(),
        preview=preview,
        draft_key=_draft_key(entries),
        restored=from_draft,
        answer_seen_by=seen_by(campaign.audience, organisation.name),
    )


ROUTES: list[ControllerRouterHandler] = [begin_merge, send_merge]
