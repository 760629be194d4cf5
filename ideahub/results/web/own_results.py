"""Handlers for the page of one's own result: reasons, appeal, and invitations."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.results.advancing import accept_invitation, decline_invitation, find_invitation
from ideahub.results.appealing import appeal
from ideahub.results.entrants import find_own_entry
from ideahub.results.models import PanelResult
from ideahub.results.own_result import (
    OwnResult,
    invitations_of,
    own_awards,
    results_of_entry,
)
from ideahub.results.web.forms import AppealForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/entries/{entry_id:int}/result")
async def show_own(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[bytes]:
    """The result of an entry, for those whose it is."""
    return await _page(request, db, viewer, entry_id, None, 0)


@post("/entries/{entry_id:int}/results/{result_id:int}/appeal")
async def make_appeal(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    entry_id: FromPath[int],
    result_id: FromPath[int],
) -> Response[Any]:
    """Appeals against a result; the page again where it is refused."""
    campaign, entry = await find_own_entry(db, viewer, entry_id)
    found = await _of_result(db, campaign.id, entry.id, result_id)
    form = await read_form(request, AppealForm)
    say_what_is_missing(form, text=_("Say what is wrong, and why."))
    if form.ok:
        result = await db.get_one(PanelResult, found.result.id)
        async with form.attempt(db, "text"):
            await appeal(db, viewer, campaign, entry, result, form.values.text)
    if not form.ok:
        return await _page(request, db, viewer, entry_id, form, result_id)
    await discard_draft(db, viewer, f"appeal-{entry.id}")
    done = _("Your appeal is made. You are told when it is decided.")
    return go_to(request, f"/entries/{entry.id}/result", done)


@post("/advancements/{advancement_id:int}/acceptance")
async def accept(
    request: AnyRequest, db: Db, viewer: CurrentViewer, advancement_id: FromPath[int]
) -> Response[Any]:
    """Accepts an invitation into a later phase, and goes to the entry that is made there."""
    made = await accept_invitation(db, viewer, advancement_id)
    done = _("Accepted. Your answers are taken along: look through them and submit the entry.")
    return go_to(request, f"/entries/{made}", done)


@post("/advancements/{advancement_id:int}/refusal")
async def decline(
    request: AnyRequest, db: Db, viewer: CurrentViewer, advancement_id: FromPath[int]
) -> Response[Any]:
    """Declines an invitation into a later phase."""
    _campaign, invited = await find_invitation(db, viewer, advancement_id)
    await decline_invitation(db, viewer, advancement_id)
    return go_to(request, f"/entries/{invited.entry_id}/result", _("Declined."))


async def _of_result(
    db: AsyncSession, campaign_id: int, entry_id: int, result_id: int
) -> OwnResult:
    for found in await results_of_entry(db, campaign_id, entry_id):
        if found.result.id == result_id:
            return found
    raise NotFound


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    entry_id: int,
    form: Form[AppealForm] | None,
    result_id: int,
) -> Response[bytes]:
    campaign, entry = await find_own_entry(db, viewer, entry_id)
    results = await results_of_entry(db, campaign.id, entry.id)
    if not results:
        raise NotFound
    draft = await find_draft(db, viewer, f"appeal-{entry.id}")
    return page(
        request,
        viewer,
        "results/own.html",
        status=form.status if form else 200,
        rooms=(f"campaign:{campaign.id}",),
        campaign=campaign,
        entry=entry,
        results=results,
        invitations=await invitations_of(db, entry.id),
        awards=await own_awards(db, entry.id),
        form=form or restored(AppealForm, draft),
        refused_at=result_id,
    )


ROUTES: list[ControllerRouterHandler] = [show_own, make_appeal, accept, decline]
