"""Handlers for choosing the ideas that are answered together."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, blank, line, read_form, repeated
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.query_numbers import number_in_query
from ideahub.questions.web.forms import numbers_in
from ideahub.responses.batches.batching import begin_batch
from ideahub.responses.batches.begun import begun_batches
from ideahub.responses.batches.choosing import (
    MOST_AT_ONCE,
    ToAnswer,
    letters_to_answer,
    to_answer,
)
from ideahub.responses.leaders import Leader, leaders_for

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
HERE = "/owed-answers"


@dataclass
class ChosenIdeasForm:
    """The ideas that were chosen, the groups of letters, and who sends the answers."""

    ideas: list[str] = repeated(MOST_AT_ONCE, 20)
    letters: list[str] = repeated(MOST_AT_ONCE, 20)
    sender: str = line(20)


@get(HERE)
async def list_owed(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """What waits for an answer of the viewer's, or where they manage; and what they began."""
    viewer.must_sign_in()
    return await _page(request, db, viewer, blank(ChosenIdeasForm))


@post("/batches-of-answers")
async def begin(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Begins to answer the chosen ideas together."""
    viewer.must_sign_in()
    form = await read_form(request, ChosenIdeasForm)
    if form.ok:
        chosen = numbers_in(form.values.ideas), numbers_in(form.values.letters)
        async with form.attempt(db, "ideas"):
            sender = number_in_query(form.values.sender)
            batch = await begin_batch(db, viewer, *chosen, sender_id=sender)
            return see_other(f"/batches-of-answers/{batch.id}")
    return await _page(request, db, viewer, form)


async def _page(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, form: Form[ChosenIdeasForm]
) -> Response[bytes]:
    owed, begun = await to_answer(db, viewer), await begun_batches(db, viewer)
    gives = viewer.can_lead or any(one.is_own for one in owed)
    if not (gives or viewer.can_manage or begun):
        raise Forbidden(_("Only leaders, who stands in for one, and managers answer ideas here."))
    letters = await letters_to_answer(db, viewer)
    return page(
        request,
        viewer,
        "responses/owed.html",
        status=form.status,
        owed=owed,
        letters=letters,
        begun=begun,
        gives=gives,
        leaders=[] if gives else await _leaders(db, [*owed, *letters]),
        form=form,
        most=MOST_AT_ONCE,
    )


async def _leaders(db: AsyncSession, some: list[ToAnswer]) -> list[Leader]:
    return await leaders_for(db, sorted({one.campaign_id for one in some}))


ROUTES: list[ControllerRouterHandler] = [list_owed, begin]
