"""Handlers for an invitation to judge: whoever has its link reads it, and accepts or declines."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.judging.accepting import (
    JudgeInvitation,
    accept_invitation,
    decline_invitation,
    find_invitation,
)
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.expertise import subjects_of_phase
from ideahub.judging.web.forms import AcceptanceForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/judging/invitations/{secret:str}")
async def show_invitation(
    request: AnyRequest, db: Db, viewer: CurrentViewer, secret: FromPath[str]
) -> Response[bytes]:
    """The page of an invitation."""
    invitation = await find_invitation(db, secret)
    draft = await find_draft(db, viewer, _key(invitation))
    form = restored(AcceptanceForm, draft)
    return await _page(request, db, viewer, secret, invitation, form, kept=bool(draft))


@post("/judging/invitations/{secret:str}")
async def accept(
    request: AnyRequest, db: Db, viewer: CurrentViewer, secret: FromPath[str]
) -> Response[Any]:
    """Accepts for whoever is signed in, and goes to what comes first: conflicts of interest."""
    viewer.must_sign_in()
    invitation = await find_invitation(db, secret)
    form = await read_form(request, AcceptanceForm)
    if not form.values.accepts:
        form.errors["accepts"] = _("Read the terms, and tick that you accept them.")
    if form.ok:
        async with form.attempt(db, "accepts"):
            panel_id = await accept_invitation(db, viewer, secret, form.values.expertise)
    if not form.ok:
        return await _page(request, db, viewer, secret, invitation, form)
    await discard_draft(db, viewer, _key(invitation))
    done = _("Thank you for judging. First, tell us about conflicts of interest.")
    return go_to(request, f"/judging/{panel_id}/conflicts", done)


@post("/judging/invitations/{secret:str}/refusal")
async def decline(
    request: AnyRequest, db: Db, viewer: CurrentViewer, secret: FromPath[str]
) -> Response[Any]:
    """Declines; no account is needed."""
    await decline_invitation(db, viewer, secret)
    done = _("You declined. Whoever invited you sees it.")
    return go_to(request, f"/judging/invitations/{secret}", done)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    secret: str,
    invitation: JudgeInvitation,
    form: Form[AcceptanceForm],
    *,
    kept: bool = False,
) -> Response[bytes]:
    panel = invitation.panel
    return page(
        request,
        viewer,
        "judging/invitation.html",
        status=form.status,
        invitation=invitation,
        panel=panel,
        secret=secret,
        is_own=viewer.signed_in and invitation.person_id == viewer.id,
        criteria=await criteria_of(db, panel.id),
        subjects=await subjects_of_phase(db, panel.entries_phase_id),
        form=form,
        draft_key=_key(invitation),
        kept=kept,
    )


def _key(invitation: JudgeInvitation) -> str:
    """The name of the form among drafts."""
    return f"judge-accepted-{invitation.judge_id}"


ROUTES: list[ControllerRouterHandler] = [show_invitation, accept, decline]
