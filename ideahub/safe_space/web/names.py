"""Handlers for a chosen name: what was said under it, and who looked at who it is."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _
from ideahub.core.paging import MOST
from ideahub.core.refusals import Invalid, NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import read_form, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, see_other
from ideahub.http.requests import WHILE_SUSPENDED
from ideahub.safe_space.finding import VoiceStanding, find_own, find_voice
from ideahub.safe_space.links import delete_link, look
from ideahub.safe_space.speaking import appeal_as
from ideahub.safe_space.voices import take_over
from ideahub.safe_space.web.forms import LookForm, NameAppealForm
from ideahub.safe_space.web.name_page import appeal_key, look_key, name_page

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
NAME = "/safe-space/names/{voice_id:int}"
OWN = "/safe-space/{campaign_id:int}/own-name"


@get(NAME)
async def show_name(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[bytes]:
    """What was said under a chosen name, and each look at who it is."""
    found = await find_voice(db, viewer, voice_id)
    if found.is_own:
        return see_other(found.url)
    return await name_page(request, db, viewer, found)


@get(OWN)
async def show_own_name(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The same about one's own chosen name."""
    return await name_page(request, db, viewer, await find_own(db, viewer, campaign_id))


@post(NAME + "/looks", opt=NEEDS_PROOF)
async def look_at(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[bytes]:
    """Shows who it is, in the answer alone, and records the look; the page again where that is
    refused."""
    found = await _find(db, viewer, voice_id)
    form = await read_form(request, LookForm)
    say_what_is_missing(form, reason=_("Say why you have to know who this is."))
    identity = None
    if form.ok:
        async with form.attempt(db, "reason"):
            identity = await look(db, viewer, found, form.values.reason, form.values.press)
    if identity is None:
        return await name_page(request, db, viewer, found, form=form)
    await discard_draft(db, viewer, look_key(voice_id))
    return await name_page(request, db, viewer, found, identity=identity)


@post(NAME + "/appeals", opt=WHILE_SUSPENDED)
async def send_appeal(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[Any]:
    """Appeals against a decision about what was said; the page again where that is refused."""
    return await _appeal(request, db, viewer, await _find(db, viewer, voice_id))


@post(OWN + "/appeals", opt=WHILE_SUSPENDED)
async def send_own_appeal(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """The same for one's own chosen name."""
    return await _appeal(request, db, viewer, await find_own(db, viewer, campaign_id))


async def _appeal(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, found: VoiceStanding
) -> Response[Any]:
    form = await read_form(request, NameAppealForm)
    say_what_is_missing(
        form, ruling=_("Choose the decision."), text=_("Say why the decision is wrong.")
    )
    if form.ok:
        async with form.attempt(db, "text"):
            await appeal_as(db, viewer, found, _number(form.values.ruling), form.values.text)
    if not form.ok:
        return await name_page(request, db, viewer, found, objection=form)
    await discard_draft(db, viewer, appeal_key(found))
    done = _("Your appeal is sent. Somebody else looks at it, and you read here what they decide.")
    return see_other(found.url, done)


@post(NAME + "/link/removal", opt=NEEDS_PROOF)
async def remove_link(db: Db, viewer: CurrentViewer, voice_id: FromPath[int]) -> Response[Any]:
    """Deletes for good who it is."""
    found = await _find(db, viewer, voice_id)
    await delete_link(db, viewer, found)
    return see_other(found.url, deleted())


@post(OWN + "/link/removal", opt=NEEDS_PROOF)
async def remove_own_link(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Deletes for good whose one's own chosen name is; nobody finds its page by it any more."""
    await delete_link(db, viewer, await find_own(db, viewer, campaign_id))
    return see_other(f"/safe-space/{campaign_id}", deleted())


def deleted() -> str:
    """What is said after a deletion."""
    return _("Deleted: nobody can find out here any more who it is.")


@post(NAME + "/facilitator")
async def change_speaker(db: Db, viewer: CurrentViewer, voice_id: FromPath[int]) -> Response[Any]:
    """Makes the viewer the facilitator of somebody who has none any more."""
    found = await _find(db, viewer, voice_id)
    await take_over(db, viewer, found)
    return see_other(found.voice.url, _("You speak for them now."))


async def _find(db: AsyncSession, viewer: Viewer, voice_id: int) -> VoiceStanding:
    found = await find_voice(db, viewer, voice_id)
    # Their own they find at the address without a number, also where they manage the campaign.
    if found.is_own:
        raise NotFound
    return found


def _number(ruling: str) -> int:
    if not ruling.isascii() or not ruling.isdecimal() or int(ruling) > MOST:
        raise Invalid(_("Choose the decision."), field="ruling")
    return int(ruling)


ROUTES: list[ControllerRouterHandler] = [
    show_name,
    show_own_name,
    look_at,
    send_appeal,
    send_own_appeal,
    remove_link,
    remove_own_link,
    change_speaker,
]
