"""The handler that sends the answers of a batch, each in a transaction of its own: so nobody who
votes for one of many ideas waits for the others."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from ideahub.core.db import Database
from ideahub.core.i18n import _, ngettext, sentences
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import database_of, viewer_for_deed
from ideahub.responses.batches.batching import count_sent, find_batch
from ideahub.responses.batches.sending import Sent, end_batch, must_send, send_answer
from ideahub.responses.web.batches.looking import all_made, answers_page
from ideahub.responses.web.batches.made import MadeAnswer


@post("/batches-of-answers/{answer_batch_id:int}/publication")
async def send(request: AnyRequest, answer_batch_id: FromPath[int]) -> Response[Any]:
    """Sends all that were looked at; those that cannot go stay, each with the reason."""
    viewer, database = await viewer_for_deed(request), database_of(request)
    async with database.transaction() as db:
        batch = await find_batch(db, viewer, answer_batch_id)
        must_send(viewer, batch)
        made = await all_made(db, viewer, batch)
    unseen = [one for one in made if one.given and not one.is_looked_at]
    if unseen:
        told = _("Look at each answer before it goes: these are new, or have changed.")
        start = unseen[0].row.idea_id - 1
        return see_other(
            f"/batches-of-answers/{answer_batch_id}/answers?after={start}", told, done=False
        )
    gone = await _send(database, viewer, answer_batch_id, made)
    async with database.transaction() as db:
        batch = await end_batch(db, viewer, answer_batch_id)
        told = _told(gone, await count_sent(db, batch) - gone)
    if batch.discarded_at:
        ended = _("The batch was given up meanwhile, so no more was sent.")
        return see_other("/owed-answers", sentences(told, ended), done=False)
    if left := [one for one in made if not one.form.ok]:
        return answers_page(request, viewer, batch, left, 0, told=told, status=409)
    return see_other("/owed-answers", told or _("Nothing was left to send."), done=bool(told))


async def _send(database: Database, viewer: Viewer, batch_id: int, made: list[MadeAnswer]) -> int:
    """Sends them one after another, until the batch is given up; returns how many went."""
    gone = 0
    for one in made:
        if one.given is None:
            continue
        async with one.form.attempt(None, "body"), database.transaction() as db:
            became = await send_answer(db, viewer, batch_id, one.row.id, one.given)
            if became is Sent.GIVEN_UP:
                break
            gone += became is Sent.NOW
    return gone


def _told(gone: int, before: int) -> str:
    now = ngettext(
        "%(num)s answer is public, and its authors are told.",
        "%(num)s answers are public, and their authors are told.",
        gone,
    )
    earlier = ngettext(
        "%(num)s answer was sent before.", "%(num)s answers were sent before.", before
    )
    return sentences(now if gone else "", earlier if before else "")


ROUTES: list[ControllerRouterHandler] = [send]
