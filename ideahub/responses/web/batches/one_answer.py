"""Handlers for the answer to one idea of a batch, in words of its own."""

from collections.abc import Mapping
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
from ideahub.http.forms import Form, fill, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.responses.answer_input import misplaced, must_be_complete, waking_measures
from ideahub.responses.batch_models import AnswerBatch
from ideahub.responses.batches.batching import find_batch, find_row
from ideahub.responses.batches.filling_in import BatchRow, page_with, rows_left, typed_for
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
    row, back = await _find(db, viewer, batch, batched_id)
    draft = await find_draft(db, viewer, _draft_key(row))
    form = restored(AnswerForm, draft or typed_for(batch.said, row))
    return _page(request, viewer, batch, row, back, form, from_draft=bool(draft))


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
    row, back = await _find(db, viewer, batch, batched_id)
    form = _without_common(await read_form(request, AnswerForm), typed_for(batch.said, row))
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
            return see_other(back, _("Changed for this idea alone."))
    return _page(request, viewer, batch, row, back, form)


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


async def _find(
    db: AsyncSession, viewer: Viewer, batch: AnswerBatch, row_id: int
) -> tuple[BatchRow, str]:
    """The row, and where it stands on the page on which it is looked at."""
    rows = await rows_left(db, viewer, batch.id)
    for row in rows:
        if row.id == row_id:
            start = page_with(rows, row_id)
            return row, f"{at(batch)}/answers?after={start}#answer-{row_id}"
    raise NotFound


def _without_common(form: Form[AnswerForm], common: Mapping[str, Any]) -> Form[AnswerForm]:
    """The form without the common words that do not belong to another verdict, which was chosen for
    this idea alone: nobody wrote them for it."""
    if not form.ok:
        return form
    wrong = {
        name
        for name in misplaced(form.values.answer_input)
        if form.typed[name] == str(common.get(name, ""))
    }
    kept = {name: value for name, value in form.typed.items() if name not in wrong}
    return fill(AnswerForm, {name: [value] for name, value in kept.items()}) if wrong else form


def _draft_key(row: BatchRow) -> str:
    return f"answer-of-many-{row.id}"


def _page(
    request: AnyRequest,
    viewer: Viewer,
    batch: AnswerBatch,
    row: BatchRow,
    back: str,
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
        back=back,
        verdicts=verdict_labels(),
        reasons=reason_labels(),
        measures=waking_measures(),
        restored=from_draft,
        draft_key=_draft_key(row),
    )


ROUTES: list[ControllerRouterHandler] = [show_one, change_one, leave_out]
