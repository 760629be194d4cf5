"""Handlers for who owes an answer: handing it over, and naming others."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import read_form
from ideahub.http.pages import AnyRequest, see_other
from ideahub.ideas.queries import IdeaView, find_idea
from ideahub.responses.handovers import (
    accept_handover,
    ask_to_take_over,
    decline_handover,
    name_owner,
)
from ideahub.responses.web.forms import HandoverForm, HandoverRefusalForm, OwnerForm
from ideahub.responses.web.response_page import draft_key, response_page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@post("/ideas/{idea_id:int}/response/handovers")
async def ask(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Asks another leader to take the answer over."""
    viewer.must_sign_in()
    idea = await find_idea(db, viewer, idea_id)
    form = await read_form(request, HandoverForm)
    if form.ok:
        async with form.attempt(db, "to"):
            values = form.values
            await ask_to_take_over(db, viewer, idea, values.to or 0, values.reason)
    if not form.ok:
        return await response_page(request, db, viewer, idea, handover=form)
    return await _back(db, viewer, idea, "handover", _("They are asked. Until then you owe it."))


@post("/ideas/{idea_id:int}/response/handovers/{handover_id:int}/acceptance")
async def accept(
    db: Db, viewer: CurrentViewer, idea_id: FromPath[int], handover_id: FromPath[int]
) -> Response[Any]:
    """Takes the answer over."""
    idea = await find_idea(db, viewer, idea_id)
    await accept_handover(db, viewer, idea, handover_id)
    return see_other(_here(idea), _("You owe this answer now."))


@post("/ideas/{idea_id:int}/response/handovers/{handover_id:int}/refusal")
async def decline(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    idea_id: FromPath[int],
    handover_id: FromPath[int],
) -> Response[Any]:
    """Says why the answer is not taken over."""
    idea = await find_idea(db, viewer, idea_id)
    form = await read_form(request, HandoverRefusalForm)
    if form.ok:
        async with form.attempt(db, "why"):
            await decline_handover(db, viewer, idea, handover_id, form.values.why)
    if not form.ok:
        return await response_page(request, db, viewer, idea, refusal=form)
    return await _back(db, viewer, idea, "refusal", _("Declined. Whoever asked you is told."))


@post("/ideas/{idea_id:int}/response/owners")
async def name(
    request: AnyRequest, db: Db, viewer: CurrentViewer, idea_id: FromPath[int]
) -> Response[Any]:
    """Names a leader who owes the answer as well, or instead."""
    viewer.must_sign_in()
    idea = await find_idea(db, viewer, idea_id)
    form = await read_form(request, OwnerForm)
    if form.ok:
        async with form.attempt(db, "person"):
            values = form.values
            await name_owner(
                db, viewer, idea, values.person or 0, values.reason, instead=values.instead
            )
    if not form.ok:
        return await response_page(request, db, viewer, idea, owner=form)
    return await _back(db, viewer, idea, "owner", _("Named. They are told that they owe it."))


async def _back(
    db: AsyncSession, viewer: Viewer, idea: IdeaView, form: str, told: str
) -> Response[Any]:
    await discard_draft(db, viewer, draft_key(idea, form))
    return see_other(_here(idea), told)


def _here(idea: IdeaView) -> str:
    return f"{idea.url}/response"


ROUTES: list[ControllerRouterHandler] = [ask, accept, decline, name]
