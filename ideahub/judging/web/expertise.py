"""Handlers for what a judge knows about."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _, in_a_row
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.expertise import change_expertise, subjects_of_phase
from ideahub.judging.queries import OwnPanel, find_own_panel
from ideahub.judging.web.forms import ExpertiseForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/judging/{panel_id:int}/expertise")
async def show_expertise(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[bytes]:
    """The form with what the judge has declared to know about."""
    own = await find_own_panel(db, viewer, panel_id)
    draft = await find_draft(db, viewer, _key(own))
    form = restored(ExpertiseForm, draft, expertise=in_a_row(own.expertise))
    return await _page(request, db, viewer, own, form, kept=bool(draft))


@post("/judging/{panel_id:int}/expertise")
async def keep_expertise(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[Any]:
    """Keeps it, and leads back to the panel."""
    own = await find_own_panel(db, viewer, panel_id)
    form = await read_form(request, ExpertiseForm)
    if form.ok:
        async with form.attempt(db, "expertise"):
            await change_expertise(db, viewer, own, form.values.expertise)
    if not form.ok:
        return await _page(request, db, viewer, own, form)
    await discard_draft(db, viewer, _key(own))
    return go_to(
        request, f"/judging/{panel_id}", _("Thank you. Those who share out entries see it.")
    )


def _key(own: OwnPanel) -> str:
    return f"expertise-{own.judge_id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    own: OwnPanel,
    form: Form[ExpertiseForm],
    *,
    kept: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "judging/expertise.html",
        status=form.status,
        own=own,
        panel=own.panel,
        subjects=await subjects_of_phase(db, own.panel.entries_phase_id),
        form=form,
        draft_key=_key(own),
        kept=kept,
    )


ROUTES: list[ControllerRouterHandler] = [show_expertise, keep_expertise]
