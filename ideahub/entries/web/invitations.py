"""Handlers for answering an invitation: to a team, or to confirm an entry made on one's behalf."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_campaign
from ideahub.campaigns.web.rules import acceptance_context
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.entries.inviting import (
    decline_invitation,
    find_invitation,
    join_team,
    why_not_standing,
)
from ideahub.entries.on_behalf import confirm_entry
from ideahub.entries.reading import frozen_entry
from ideahub.http.forms import Form, button_form
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.requests import config_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/invitations/{secret:str}")
async def show_invitation(
    request: AnyRequest, db: Db, viewer: CurrentViewer, secret: FromPath[str]
) -> Response[bytes]:
    """What one is invited to, with the rules to accept."""
    return await _page(request, db, viewer, secret, button_form())


@post("/invitations/{secret:str}/acceptance")
async def accept(
    request: AnyRequest, db: Db, viewer: CurrentViewer, secret: FromPath[str]
) -> Response[Any]:
    """Joins the team, or confirms the entry."""
    invitation = await find_invitation(db, viewer, secret)
    form = button_form()
    async with form.attempt(db, "invitation"):
        if not invitation.confirms:
            entry = await join_team(db, viewer, secret)
            return see_other(entry.url, _("You belong to the team now."))
        site = config_of(request).public_url
        revision = await confirm_entry(db, viewer, secret, site=site)
        at = f"/entries/{revision.entry_id}/receipts/{revision.number}"
        return see_other(at, _("The entry is confirmed: it counts now."))
    return await _page(request, db, viewer, secret, form)


@post("/invitations/{secret:str}/refusal")
async def refuse(
    request: AnyRequest, db: Db, viewer: CurrentViewer, secret: FromPath[str]
) -> Response[Any]:
    """Declines the invitation."""
    form = button_form()
    async with form.attempt(db, "invitation"):
        await decline_invitation(db, viewer, secret)
        return see_other("/entries", _("You have declined the invitation."))
    return await _page(request, db, viewer, secret, form)


async def _page(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, secret: str, form: Form[None]
) -> Response[bytes]:
    invitation = await find_invitation(db, viewer, secret)
    campaign = await find_campaign(db, viewer, invitation.campaign_id)
    here = f"/invitations/{secret}"
    shown = invitation.submitted_id if invitation.confirms else None
    return page(
        request,
        viewer,
        "entries/invitation.html",
        status=form.status,
        rooms=(f"campaign:{campaign.id}",),
        invitation=invitation,
        campaign=campaign,
        here=here,
        why_not=why_not_standing(invitation),
        frozen=await frozen_entry(db, shown, blind=False) if shown else None,
        form=form,
        **await acceptance_context(db, viewer, campaign, next_page=here),
    )


ROUTES: list[ControllerRouterHandler] = [show_invitation, accept, refuse]
