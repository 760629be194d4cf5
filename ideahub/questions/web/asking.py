"""Handlers for reading questions and answers, and for asking."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_and_manages
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.text.cleaning import clean_line
from ideahub.core.text.diff import Piece, word_diff
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.questions.asking import ask
from ideahub.questions.labels import category_labels, category_options
from ideahub.questions.merging import merged_into
from ideahub.questions.models import QuestionCategory
from ideahub.questions.queries import (
    VersionView,
    entries_of,
    find_entry,
    own_questions,
    versions_of,
)
from ideahub.questions.web.forms import AskForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
LISTS = ["/challenges/{campaign_id:int}/questions", "/idea-boxes/{campaign_id:int}/questions"]


@get(LISTS)
async def read_all(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    q: FromQuery[str] = "",
    category: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The questions that everyone reads, by category, and the form for another one."""
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    draft = await find_draft(db, viewer, draft_key(campaign))
    form, narrowed = restored(AskForm, draft), {"category": category, "after": after}
    return await _list_page(
        request,
        db,
        viewer,
        campaign,
        form,
        manages=manages,
        from_draft=bool(draft),
        words=clean_line(q[:400]),
        **narrowed,
    )


@post(LISTS)
async def send(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Adds a question; the form again where it cannot be used."""
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    viewer.must_sign_in()
    form = await read_form(request, AskForm)
    say_what_is_missing(
        form,
        category=_("Choose what it is about."),
        question=_("Write what you want to know."),
    )
    values = form.values
    if form.ok and values.category:
        async with form.attempt(db, "question"):
            number = await ask(db, viewer, campaign, values.category, values.question)
            await discard_draft(db, viewer, draft_key(campaign))
            told = _("Your question is sent. You are told when it is answered.")
            return see_other(f"{campaign.url}/questions#asked-{number}", told)
    return await _list_page(request, db, viewer, campaign, form, manages=manages)


@get([f"{address}/{{answer_id:int}}" for address in LISTS])
async def read_one(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    answer_id: FromPath[int],
) -> Response[Any]:
    """The page of one question with its answer, and what was answered before; that of the other one
    where it was merged into another."""
    campaign, manages = await find_and_manages(db, viewer, campaign_id)
    entry = await find_entry(db, campaign.id, answer_id)
    if entry.merged_into:
        told = _("This question is answered together with the one on this page.")
        number = await merged_into(db, entry.id)
        return see_other(f"{campaign.url}/questions/{number}", told, done=False)
    versions = await versions_of(db, entry.id) if entry.is_listed else []
    return page(
        request,
        viewer,
        "questions/one.html",
        rooms=(f"campaign:{campaign.id}",),
        changed_in=(f"campaign:{campaign.id}",),
        campaign=campaign,
        entry=entry,
        category=category_labels()[entry.category],
        versions=[(old, await _changes(new, old)) for new, old in pairwise(versions)],
        manages=manages,
    )


async def _changes(after: VersionView, before: VersionView) -> Sequence[Piece]:
    """What the next version changed, word by word; nothing where one of both is no answer yet."""
    if not (before.answer and after.answer):
        return []
    # Comparing long texts takes a while, and would block the event loop.
    return await asyncio.to_thread(word_diff, before.answer, after.answer)


def draft_key(campaign: Campaign) -> str:
    """The name of the form among drafts."""
    return f"ask-{campaign.id}"


async def _list_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    form: Form[AskForm],
    *,
    manages: bool,
    words: str = "",
    category: str = "",
    after: str = "",
    from_draft: bool = False,
) -> Response[bytes]:
    chosen = QuestionCategory(category) if category in set(QuestionCategory) else None
    return page(
        request,
        viewer,
        "questions/all.html",
        status=form.status,
        rooms=(f"campaign:{campaign.id}",),
        # What people search for is seldom searched for twice.
        changed_in=None if words else (f"campaign:{campaign.id}",),
        campaign=campaign,
        found=await entries_of(db, campaign, category=chosen, words=words, after=after),
        chosen=chosen,
        words=words,
        after=after,
        labels=category_labels(),
        options=category_options(),
        own=await own_questions(db, viewer, campaign.id),
        form=form,
        restored=from_draft,
        draft_key=draft_key(campaign),
        manages=manages,
    )


ROUTES: list[ControllerRouterHandler] = [read_all, send, read_one]
