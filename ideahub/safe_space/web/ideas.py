"""Handlers for posting an idea under a chosen name, one's own or that of somebody spoken for."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.holding import waits_for_moderators
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.ideas.submitting import IdeaText
from ideahub.safe_space.finding import VoiceStanding, find_own, find_voice
from ideahub.safe_space.speaking import post as post_as
from ideahub.safe_space.web.forms import NamelessIdeaForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
NEW = "/safe-space/names/{voice_id:int}/ideas/new"
OWN_NEW = "/safe-space/{campaign_id:int}/own-name/ideas/new"


@get(NEW)
async def new_idea(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[bytes]:
    """The form of the idea, for a facilitator."""
    return await _open(request, db, viewer, await _find(db, viewer, voice_id))


@post(NEW)
async def send_idea(
    request: AnyRequest, db: Db, viewer: CurrentViewer, voice_id: FromPath[int]
) -> Response[Any]:
    """Posts the idea; the form again where it is refused."""
    return await _send(request, db, viewer, await _find(db, viewer, voice_id))


@get(OWN_NEW)
async def new_own_idea(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The form of an idea under one's own chosen name."""
    return await _open(request, db, viewer, await find_own(db, viewer, campaign_id))


@post(OWN_NEW)
async def send_own_idea(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Posts it; the form again where it is refused."""
    return await _send(request, db, viewer, await find_own(db, viewer, campaign_id))


async def _open(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, found: VoiceStanding
) -> Response[bytes]:
    draft = await find_draft(db, viewer, _key(found))
    return _page(request, viewer, found, restored(NamelessIdeaForm, draft), from_draft=bool(draft))


async def _send(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, found: VoiceStanding
) -> Response[Any]:
    form = await read_form(request, NamelessIdeaForm)
    values, idea = form.values, None
    if form.ok:
        async with form.attempt(db, "title"):
            written = IdeaText(values.title, values.body, values.why, values.tags)
            idea = await post_as(db, viewer, found, written, from_experience=values.from_experience)
    if idea is None:
        return _page(request, viewer, found, form)
    await discard_draft(db, viewer, _key(found))
    if idea.hidden_at is not None:
        return see_other(found.url, waits_for_moderators(), done=False)
    return see_other(f"/ideas/{idea.id}", _("Posted under the chosen name."))


async def _find(db: AsyncSession, viewer: Viewer, voice_id: int) -> VoiceStanding:
    found = await find_voice(db, viewer, voice_id)
    if not found.speaks or found.is_own:
        raise NotFound
    return found


def _key(found: VoiceStanding) -> str:
    # A draft stands beside the account: that of somebody who hides must not have their name.
    if found.is_own:
        return f"safe-space-own-idea-{found.voice.campaign_id}"
    return f"safe-space-idea-{found.voice.id}"


def _page(
    request: AnyRequest,
    viewer: Viewer,
    found: VoiceStanding,
    form: Form[NamelessIdeaForm],
    *,
    from_draft: bool = False,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "safe_space/new_idea.html",
        status=form.status,
        found=found,
        voice=found.voice,
        campaign=found.standing.campaign,
        form=form,
        restored=from_draft,
        draft_key=_key(found),
    )


ROUTES: list[ControllerRouterHandler] = [new_idea, send_idea, new_own_idea, send_own_idea]
