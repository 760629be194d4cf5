"""Handlers for the common words of a batch of answers."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, ngettext
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.questions.templates import TemplateView
from ideahub.responses.answer_input import must_be_complete, waking_measures
from ideahub.responses.batch_models import AnswerBatch
from ideahub.responses.batches.batching import (
    count_sent,
    discard_batch,
    find_batch,
    write_words,
)
from ideahub.responses.batches.filling_in import BatchRow, rows_left
from ideahub.responses.labels import reason_labels, verdict_labels
from ideahub.responses.web.beginning import answer_templates, put_template
from ideahub.responses.web.forms import BegunAnswerForm
from ideahub.sponsorship.offering import today

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/batches-of-answers/{answer_batch_id:int}"


@get(ADDRESS)
async def show_words(
    request: AnyRequest, db: Db, viewer: CurrentViewer, answer_batch_id: FromPath[int]
) -> Response[bytes]:
    """The form with the words for all, as they were left."""
    batch = await find_batch(db, viewer, answer_batch_id)
    draft = await find_draft(db, viewer, draft_key(batch))
    form = restored(BegunAnswerForm, draft or batch.said)
    rows = await rows_left(db, viewer, batch.id)
    return await _page(request, db, viewer, batch, rows, form, from_draft=bool(draft))


@post(ADDRESS)
async def keep_words(
    request: AnyRequest, db: Db, viewer: CurrentViewer, answer_batch_id: FromPath[int]
) -> Response[Any]:
    """Keeps the words, or puts a template in; the form again where something is missing."""
    batch = await find_batch(db, viewer, answer_batch_id, lock=True)
    form = await read_form(request, BegunAnswerForm)
    rows = await rows_left(db, viewer, batch.id)
    if form.values.do == "template":
        put_template(form, await _templates(db, rows))
        return await _page(request, db, viewer, batch, rows, form)
    if form.ok:
        async with form.attempt(db, "body"):
            must_be_complete(form.values.answer_input, await today(db))
            await write_words(db, batch, form.values.said(form.typed))
            await discard_draft(db, viewer, draft_key(batch))
            return see_other(f"{at(batch)}/answers")
    return await _page(request, db, viewer, batch, rows, form)


@post(f"{ADDRESS}/discarding")
async def discard(db: Db, viewer: CurrentViewer, answer_batch_id: FromPath[int]) -> Response[Any]:
    """Gives the batch up."""
    batch = await find_batch(db, viewer, answer_batch_id, lock=True)
    await discard_batch(db, batch)
    await discard_draft(db, viewer, draft_key(batch))
    return see_other("/owed-answers", _given_up(await count_sent(db, batch)))


def at(batch: AnswerBatch) -> str:
    """The address of a batch."""
    return f"/batches-of-answers/{batch.id}"


def draft_key(batch: AnswerBatch) -> str:
    """The name of its common words among drafts."""
    return f"answers-together-{batch.id}"


def _given_up(sent: int) -> str:
    told = ngettext(
        "Given up. %(num)s answer was sent before, and stays public.",
        "Given up. %(num)s answers were sent before, and stay public.",
        sent,
    )
    return told if sent else _("Given up. Nothing was sent.")


async def _templates(db: AsyncSession, rows: list[BatchRow]) -> list[TemplateView]:
    return await answer_templates(db, sorted({row.campaign_id for row in rows}))


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    batch: AnswerBatch,
    rows: list[BatchRow],
    form: Form[BegunAnswerForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "responses/batch.html",
        status=form.status,
        batch=batch,
        rows=rows,
        form=form,
        at=at(batch),
        templates=await _templates(db, rows),
        verdicts=verdict_labels(),
        reasons=reason_labels(),
        measures=waking_measures(),
        restored=from_draft,
        draft_key=draft_key(batch),
    )


ROUTES: list[ControllerRouterHandler] = [show_words, keep_words, discard]
