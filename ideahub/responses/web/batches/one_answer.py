"""Handlers for the answer to one idea of a batch, in words of its own."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.responses.answer_input import must_be_complete, waking_measures
from ideahub.responses.batch_models import AnswerBatch
from ideahub.responses.batches.batching import find_batch, find_row
from ideahub.responses.batches.filling_in import BatchRow, rows_left, typed_for
from ideahub.responses.labels import reason_labels, verdict_labels
from ideahub.responses.web.batches.writing import at
from ideahub.responses.web.forms import AnswerForm
from ideahub.sponsorship.offering import today

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/batches-of-answers/{answer_batch_id:int}/answers/{batched_id:int}"


@get(ADDRESS)
async def show_one(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    answer_batch_id: FromPath[int],
    batched_id: FromPath[int],
) -> Response[bytes]:
    """The form with the answer as it will go out."""
    batch = await find_batch(db, viewer, answer_batch_id)
    row = await _find(db, viewer, batch, batched_id)
    draft = await find_draft(db, viewer, _draft_key(row))
    form = restored(AnswerForm, draft or typed_for(batch.said, row))
    return _page(request, viewer, batch, row, form, from_draft=bool(draft))


@post(ADDRESS)
async def change_one(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    answer_batch_id: FromPath[int],
    batched_id: FromPath[int],
) -> Response[Any]:
    """Keeps the words for this idea alone."""
    batch = await find_batch(db, viewer, answer_batch_id, lock=True)
    row = await _find(db, viewer, batch, batched_id)
    form = await read_form(request, AnswerForm)
    if form.ok:
        async with form.attempt(db, "body"):
            must_be_complete(form.values.answer_input, await today(db))
            kept = await find_row(db, batch, batched_id)
            kept.said = form.values.said(form.typed)
            # Whoever changes it here has seen the answer that stands meanwhile.
            kept.seen_response = form.values.seen_response or 0
            kept.seen_version = form.values.seen_version or 0
            await db.flush()
            await discard_draft(db, viewer, _draft_key(row))
            return see_other(_back(batch, row), _("Changed for this idea alone."))
    return _page(request, viewer, batch, row, form)


@post(f"{ADDRESS}/omission")
async def leave_out(
    db: Db, viewer: CurrentViewer, answer_batch_id: FromPath[int], batched_id: FromPath[int]
) -> Response[Any]:
    """Takes the idea out of the batch; what is owed stays owed."""
    batch = await find_batch(db, viewer, answer_batch_id, lock=True)
    row = await find_row(db, batch, batched_id)
    row.left_out_at = func.now()
    await db.flush()
    return see_other(f"{at(batch)}/answers", _("Left out. It is not answered by this."))


async def _find(db: AsyncSession, viewer: Viewer, batch: AnswerBatch, row_id: int) -> BatchRow:
    for row in await rows_left(db, viewer, batch.id):
        if row.id == row_id:
            return row
    raise NotFound


def _draft_key(row: BatchRow) -> str:
    return f"answer-of-many-{row.id}"


def _back(batch: AnswerBatch, row: BatchRow) -> str:
    return f"{at(batch)}/answers?after={row.idea_id - 1}"


def _page(
    request: AnyRequest,
    viewer: Viewer,
    batch: AnswerBatch,
    row: BatchRow,
    form: Form[AnswerForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "responses/batch_answer.html",
        status=form.status,
        batch=batch,
        at=at(batch),
        row=row,
        form=form,
        back=_back(batch, row),
        verdicts=verdict_labels(),
        reasons=reason_labels(),
        measures=waking_measures(),
        restored=from_draft,
        draft_key=_draft_key(row),
    )


ROUTES: list[ControllerRouterHandler] = [show_one, change_one, leave_out]
