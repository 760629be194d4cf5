"""Handlers for looking at the answers of a batch, one after another."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.query_numbers import number_in_query
from ideahub.http.receiving import sent_form
from ideahub.responses.batch_models import AnswerBatch
from ideahub.responses.batches.batching import ask_to_send, find_batch
from ideahub.responses.batches.filling_in import by_page, page_with, rows_left
from ideahub.responses.batches.sending import keep_looked
from ideahub.responses.web.batches.made import MadeAnswer, made_answers
from ideahub.responses.web.batches.writing import at
from ideahub.sponsorship.offering import today

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/batches-of-answers/{answer_batch_id:int}"


@get(f"{ADDRESS}/answers")
async def show_answers(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    answer_batch_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[Any]:
    """The next answers, each as it will go out."""
    batch = await find_batch(db, viewer, answer_batch_id)
    if batch.written_at is None:
        return see_other(at(batch))
    made = await all_made(db, viewer, batch)
    return answers_page(request, viewer, batch, made, number_in_query(after) or 0)


@post(f"{ADDRESS}/answers")
async def look(
    request: AnyRequest, db: Db, viewer: CurrentViewer, answer_batch_id: FromPath[int]
) -> Response[Any]:
    """Keeps that these were looked at, and goes on to the next ones."""
    batch = await find_batch(db, viewer, answer_batch_id, lock=True)
    sent = sent_form(request)
    pairs = [str(one).partition("-") for one in sent.getall("looked", [])]
    seals = {number: seal for text, _dash, seal in pairs if (number := number_in_query(text))}
    made = await all_made(db, viewer, batch)
    # Only what reads now as it was looked at.
    as_now = {one.row.id: one.seal for one in made if one.given and one.seal}
    looked = {number: seal for number, seal in seals.items() if as_now.get(number) == seal}
    await keep_looked(db, viewer, batch, looked)
    after = number_in_query(str(sent.get("after", ""))) or 0
    _rows, further = by_page([one.row for one in made], after)
    here = f"{at(batch)}/answers"
    return see_other(f"{here}?after={further}" if further else f"{here}#send")


@post(f"{ADDRESS}/request")
async def hand_on(db: Db, viewer: CurrentViewer, answer_batch_id: FromPath[int]) -> Response[Any]:
    """Tells the leader that the answers are prepared."""
    batch = await find_batch(db, viewer, answer_batch_id, lock=True)
    await ask_to_send(db, viewer, batch)
    return see_other("/owed-answers", _("The leader is told, and looks at them before they go."))


async def all_made(db: AsyncSession, viewer: Viewer, batch: AnswerBatch) -> list[MadeAnswer]:
    """The answers of a batch that have not gone, as they read now."""
    rows = await rows_left(db, viewer, batch.id)
    return await made_answers(batch.said, rows, await today(db))


def answers_page(
    request: AnyRequest,
    viewer: Viewer,
    batch: AnswerBatch,
    made: list[MadeAnswer],
    after: int,
    *,
    told: str = "",
    status: int = 200,
) -> Response[bytes]:
    """The page of these answers from the idea after this number on; with what was `told`."""
    everything = [one.row for one in made]
    rows, further = by_page(everything, after)
    numbers = {row.id for row in rows}
    unseen = [one for one in made if one.given and not one.is_looked_at]
    return page(
        request,
        viewer,
        "responses/batch_answers.html",
        status=status,
        batch=batch,
        at=at(batch),
        shown=[one for one in made if one.row.id in numbers],
        all=made,
        unseen=unseen,
        next_unseen=page_with(everything, unseen[0].row.id) if unseen else 0,
        wrong=[one for one in made if one.given is None or not one.form.ok],
        after=after,
        further=further,
        told=told,
        sends=viewer.is_person(batch.person_id),
    )


ROUTES: list[ControllerRouterHandler] = [show_answers, look, hand_on]
