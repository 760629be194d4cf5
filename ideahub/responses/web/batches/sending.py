"""The handler that sends the answers of a batch, each in a transaction of its own: so nobody who
votes for one of many ideas waits for the others."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from ideahub.core.i18n import _, ngettext
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import database_of, viewer_for_deed
from ideahub.responses.batches.batching import find_batch
from ideahub.responses.batches.sending import end_batch, must_send, send_answer
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
    for one in made:
        if one.given is not None:
            async with one.form.attempt(None, "body"), database.transaction() as db:
                await send_answer(db, viewer, one.row.id, one.given)
    left = [one for one in made if not one.form.ok]
    async with database.transaction() as db:
        batch = await find_batch(db, viewer, answer_batch_id, lock=True)
        await end_batch(db, batch)
    told = _told(made, left)
    if not left:
        return see_other("/owed-answers", told or _("All of these were sent already."))
    return answers_page(request, viewer, batch, left, 0, told=told, status=409)


def _told(made: list[MadeAnswer], left: list[MadeAnswer]) -> str:
    gone = len(made) - len(left)
    told = ngettext(
        "%(num)s answer is public, and its authors are told.",
        "%(num)s answers are public, and their authors are told.",
        gone,
    )
    return told if gone else ""


ROUTES: list[ControllerRouterHandler] = [send]
