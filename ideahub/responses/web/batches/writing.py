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
from ideahub.questions.models import TemplateUse
from ideahub.questions.templates import TemplateView, templates_of_campaigns
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
from ideahub.responses.web.forms import BatchWordsForm
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
    form = restored(BatchWordsForm, draft or batch.said)
    rows = await rows_left(db, viewer, batch.id)
    return await _page(request, db, viewer, batch, rows, form, from_draft=bool(draft))


@post(ADDRESS)
async def keep_words(
    request: AnyRequest, db: Db, viewer: CurrentViewer, answer_batch_id: FromPath[int]
) -> Response[Any]:
    """Keeps the words, or puts a template in; the form again where something is missing."""
    batch = await find_batch(db, viewer, answer_batch_id, lock=True)
    form = await read_form(request, BatchWordsForm)
    rows = await rows_left(db, viewer, batch.id)
    if form.values.do == "template":
        _put_template(form, await _templates(db, rows))
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


def _put_template(form: Form[BatchWordsForm], templates: list[TemplateView]) -> None:
    """Puts the chosen template into the answer; without other errors, as nothing is sent yet."""
    form.errors.clear()
    chosen = [one for one in templates if str(one.id) == form.values.template]
    if not chosen:
        form.errors["template"] = _("Choose a template.")
    elif form.value("body").strip():
        form.errors["template"] = _("There is an answer already. Empty it to begin with this one.")
    else:
        form.typed = {**form.typed, "body": chosen[0].answer}


async def _templates(db: AsyncSession, rows: list[BatchRow]) -> list[TemplateView]:
    campaigns = sorted({row.campaign_id for row in rows})
    return await templates_of_campaigns(db, campaigns, TemplateUse.IDEAS)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    batch: AnswerBatch,
    rows: list[BatchRow],
    form: Form[BatchWordsForm],
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
