"""The handler that sends the answers of a batch, some in each transaction: so whoever votes for one
of many ideas waits for few others only."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from ideahub.core.i18n import _, ngettext, sentences
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import database_of, viewer_for_deed
from ideahub.responses.batch_models import AnswerBatch
from ideahub.responses.batches.batching import count_sent, find_batch
from ideahub.responses.batches.filling_in import page_with
from ideahub.responses.batches.sending import (
    end_batch,
    hold_batch,
    leave_out_taken_away,
    left_of,
    must_send,
    note_sent,
    send_answer,
)
from ideahub.responses.web.batches.looking import all_made, answers_page
from ideahub.responses.web.batches.made import MadeAnswer
from ideahub.responses.web.batches.writing import at

# So many answers are a fifth of a second on a small machine.
IN_ONE_TRANSACTION = 10


@post("/batches-of-answers/{answer_batch_id:int}/publication")
async def send(request: AnyRequest, answer_batch_id: FromPath[int]) -> Response[Any]:
    """Sends all that were looked at; those that cannot go stay, each with the reason, except where
    the idea was withdrawn or hidden meanwhile: that one is left out."""
    viewer, database = await viewer_for_deed(request), database_of(request)
    async with database.transaction() as db:
        batch = await find_batch(db, viewer, answer_batch_id)
        must_send(viewer, batch)
        made = await all_made(db, viewer, batch)
    unseen = [one for one in made if one.given and not one.is_looked_at]
    if unseen:
        told = _("Look at each answer before it goes: these are new, or have changed.")
        start = page_with([one.row for one in made], unseen[0].row.id)
        return see_other(f"{at(batch)}/answers?after={start}", told, done=False)
    gone = await send_all(database, viewer, answer_batch_id, made)
    async with database.transaction() as db:
        batch = await hold_batch(db, viewer, answer_batch_id)
        taken_away = await leave_out_taken_away(db, viewer, batch)
        await end_batch(db, batch)
        told = _told(gone, await count_sent(db, batch) - gone, len(taken_away))
    if batch.discarded_at:
        ended = _("The batch was given up meanwhile, so no more was sent.")
        return see_other("/owed-answers", sentences(told, ended), done=False)
    left = [one for one in made if not one.form.ok and one.row.id not in taken_away]
    if left:
        return answers_page(request, viewer, batch, left, 0, told=told, status=409)
    return see_other("/owed-answers", told or _("Nothing was left to send."), done=bool(told))


async def send_all(
    database: Database, viewer: Viewer, batch_id: int, made: Sequence[MadeAnswer]
) -> int:
    """Sends the answers of a batch, until it is given up; returns how many went. Why one did not
    go, its form says."""
    gone = 0
    for start in range(0, len(made), IN_ONE_TRANSACTION):
        some = made[start : start + IN_ONE_TRANSACTION]
        async with database.transaction() as db:
            batch = await hold_batch(db, viewer, batch_id)
            if batch.discarded_at:
                break
            gone += await _send_some(db, viewer, batch, some)
    return gone


async def _send_some(
    db: AsyncSession, viewer: Viewer, batch: AnswerBatch, some: Sequence[MadeAnswer]
) -> int:
    left, gone = await left_of(db, batch, [one.row.id for one in some]), []
    for one in some:
        if one.given is None or one.row.id not in left:
            continue
        async with one.form.attempt(db, "body"):
            if await send_answer(db, viewer, left[one.row.id], one.given):
                gone.append(one.row.id)
    await note_sent(db, gone)
    return len(gone)


def _told(gone: int, before: int, taken_away: int) -> str:
    now = ngettext(
        "%(num)s answer is public, and its authors are told.",
        "%(num)s answers are public, and their authors are told.",
        gone,
    )
    earlier = ngettext(
        "%(num)s answer was sent before.", "%(num)s answers were sent before.", before
    )
    without = ngettext(
        "%(num)s idea was withdrawn or hidden meanwhile, and is left out.",
        "%(num)s ideas were withdrawn or hidden meanwhile, and are left out.",
        taken_away,
    )
    return sentences(now if gone else "", earlier if before else "", without if taken_away else "")


ROUTES: list[ControllerRouterHandler] = [send]
