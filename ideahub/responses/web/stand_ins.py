"""Handlers for the page on which a leader names who answers for them during a leave."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.local_time import offered_zones
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.models import Person
from ideahub.responses.standing_in import end_stand_in, name_stand_in, stand_ins_of
from ideahub.responses.web.forms import StandInForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS, DRAFT = "/stand-ins", "stand-in"


@get(ADDRESS)
async def list_stand_ins(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """Who stands in for the viewer, and the form that names somebody."""
    _must_lead(viewer)
    draft = await find_draft(db, viewer, DRAFT)
    form = restored(StandInForm, draft or {"timezone": "UTC"})
    return await _page(request, db, viewer, form, from_draft=bool(draft))


@post(ADDRESS, opt=NEEDS_PROOF)
async def name(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Names somebody; the form again where that cannot be."""
    _must_lead(viewer)
    form = await read_form(request, StandInForm)
    if form.ok and form.values.timezone not in offered_zones():
        form.errors["timezone"] = _("Choose a time zone.")
    person_id = await _find(db, form.values.stand_in) if form.ok else None
    if form.ok and person_id is None:
        form.errors["stand_in"] = _("Nobody here has this address. Look at how it is written.")
    if form.ok and person_id:
        async with form.attempt(db, "stand_in"):
            await name_stand_in(db, viewer, person_id, *form.values.days, form.values.timezone)
    if not form.ok:
        return await _page(request, db, viewer, form)
    await discard_draft(db, viewer, DRAFT)
    return see_other(ADDRESS, _("Named. They see what you owe during these days."))


@post(f"{ADDRESS}/{{stand_in_id:int}}/ending")
async def end(db: Db, viewer: CurrentViewer, stand_in_id: FromPath[int]) -> Response[Any]:
    """Ends that somebody stands in."""
    await end_stand_in(db, viewer, stand_in_id)
    return see_other(ADDRESS, _("Ended."))


def _must_lead(viewer: Viewer) -> None:
    viewer.must_sign_in()
    if not viewer.can_lead:
        raise Forbidden(_("Only leaders name somebody who stands in for them."))


async def _find(db: AsyncSession, address: str) -> int | None:
    return await db.scalar(select(Person.id).where(Person.email == address))


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    form: Form[StandInForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "responses/stand_ins.html",
        status=form.status,
        stand_ins=await stand_ins_of(db, viewer),
        zones=[(zone, zone) for zone in offered_zones()],
        form=form,
        restored=from_draft,
        draft_key=DRAFT,
    )


ROUTES: list[ControllerRouterHandler] = [list_stand_ins, name, end]
