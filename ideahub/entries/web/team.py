"""Handlers for the team of an entry: inviting, leaving, handing over."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.paging import MOST
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.entries.inviting import invite, take_invitation_back
from ideahub.entries.inviting_contributors import invite_contributor
from ideahub.entries.membership import hand_over, leave_team, remove_member
from ideahub.entries.on_behalf import ask_to_confirm
from ideahub.entries.queries import find_entry, find_own_entry
from ideahub.entries.web.entry_page import InviteForm, entry_page, invite_key
from ideahub.http.forms import button_form, read_form
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.receiving import sent_form
from ideahub.http.requests import config_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@post("/entries/{entry_id:int}/invitations")
async def send_invitation(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[Any]:
    """Invites somebody to the team; the page again where that is refused."""
    entry = await find_own_entry(db, viewer, entry_id)
    form = await read_form(request, InviteForm)
    if form.ok:
        async with form.attempt(db, "address"):
            site = config_of(request).public_url
            address = await invite(db, viewer, entry.id, form.values.address, site=site)
            await discard_draft(db, viewer, invite_key(entry.id))
            invited = _(
                "%(address)s is invited by mail. The link works for two weeks.", address=address
            )
            return see_other(f"{entry.url}#team", invited)
    return await entry_page(request, db, viewer, entry, form=form, about="invitation")


@post("/entries/{entry_id:int}/contributors/{person_id:int}/invitation")
async def send_to_contributor(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    entry_id: FromPath[int],
    person_id: FromPath[int],
) -> Response[Any]:
    """Invites somebody who contributed to the idea of which the entry is made."""
    entry = await find_own_entry(db, viewer, entry_id)
    form, site = button_form(), config_of(request).public_url
    async with form.attempt(db, "team"):
        name = await invite_contributor(db, viewer, entry.id, person_id, site=site)
        return see_other(f"{entry.url}#team", _("%(name)s is invited by mail.", name=name))
    return await entry_page(request, db, viewer, entry, form=form, about="team")


@post("/entries/{entry_id:int}/invitations/{invitation_id:int}/withdrawal")
async def withdraw_invitation(
    db: Db, viewer: CurrentViewer, entry_id: FromPath[int], invitation_id: FromPath[int]
) -> Response[Any]:
    """Takes an invitation back."""
    await take_invitation_back(db, viewer, entry_id, invitation_id)
    return see_other(f"/entries/{entry_id}#team", _("The invitation is taken back."))


@post("/entries/{entry_id:int}/confirmation")
async def repeat_request(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[Any]:
    """Sends the request to confirm an entry that was made for somebody once more."""
    entry = await find_own_entry(db, viewer, entry_id)
    await ask_to_confirm(db, viewer, entry.id, site=config_of(request).public_url)
    return see_other(entry.url, _("The request to confirm it is sent once more."))


@post("/entries/{entry_id:int}/members/{person_id:int}/removal")
async def remove(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    entry_id: FromPath[int],
    person_id: FromPath[int],
) -> Response[Any]:
    """Removes somebody from the team."""
    form = button_form()
    async with form.attempt(db, "team"):
        await remove_member(db, viewer, entry_id, person_id)
        return see_other(f"/entries/{entry_id}#team", _("They do not belong to the team any more."))
    entry = await find_entry(db, viewer, entry_id)
    return await entry_page(request, db, viewer, entry, form=form, about="team")


@post("/entries/{entry_id:int}/captain")
async def change_captain(
    db: Db, viewer: CurrentViewer, request: AnyRequest, entry_id: FromPath[int]
) -> Response[Any]:
    """Hands the entry over to another member."""
    chosen = str(sent_form(request).get("person", ""))[:20]
    if not chosen.isdecimal() or int(chosen) > MOST:
        raise NotFound
    await hand_over(db, viewer, entry_id, int(chosen))
    return see_other(f"/entries/{entry_id}#team", _("The entry is handed over."))


@post("/entries/{entry_id:int}/departure")
async def depart(
    request: AnyRequest, db: Db, viewer: CurrentViewer, entry_id: FromPath[int]
) -> Response[Any]:
    """Leaves the team."""
    form = button_form()
    async with form.attempt(db, "team"):
        await leave_team(db, viewer, entry_id)
        return see_other("/entries", _("You have left the team."))
    entry = await find_entry(db, viewer, entry_id)
    return await entry_page(request, db, viewer, entry, form=form, about="team")


ROUTES: list[ControllerRouterHandler] = [
    send_invitation,
    send_to_contributor,
    withdraw_invitation,
    repeat_request,
    remove,
    change_captain,
    depart,
]
