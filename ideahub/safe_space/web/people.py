"""Handlers for the safe space of a campaign: one's own chosen name, and those one speaks for."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.safe_space.finding import SpaceStanding, find_space, own_url, own_voice
from ideahub.safe_space.identity import RealPerson
from ideahub.safe_space.listing import spoken_for
from ideahub.safe_space.voices import hide_behind, speak_for
from ideahub.safe_space.web.forms import OwnNameForm, PersonForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
SPACE = "/safe-space/{campaign_id:int}"


@get(SPACE)
async def show_space(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The viewer's chosen name, and those for whom facilitators speak."""
    return await _page(request, db, viewer, await find_space(db, viewer, campaign_id))


@post(SPACE + "/own-name")
async def choose_own_name(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Chooses the viewer's own name; the page again where that is refused."""
    standing = await find_space(db, viewer, campaign_id)
    form = await read_form(request, OwnNameForm)
    say_what_is_missing(form, name=_("Choose a name."))
    if form.ok:
        async with form.attempt(db, "name"):
            await hide_behind(db, viewer, standing, form.values.name)
    if not form.ok:
        return await _page(request, db, viewer, standing, form)
    return see_other(own_url(campaign_id), _("Others see this name from now on, and not yours."))


@get(SPACE + "/people/new")
async def new_person(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The form for somebody who cannot be named."""
    standing = await _facilitated(db, viewer, campaign_id)
    return _person_page(request, viewer, standing, restored(PersonForm, None))


@post(SPACE + "/people/new")
async def add_person(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Begins to speak for somebody; the form again where that is refused."""
    standing = await _facilitated(db, viewer, campaign_id)
    form = await read_form(request, PersonForm)
    say_what_is_missing(
        form,
        name=_("Choose a name under which others read them."),
        real_name=_("Write who it is, as you know them: it is sealed."),
    )
    values, number = form.values, None
    if form.ok:
        identity = RealPerson(
            name=values.real_name, contact=values.real_contact, note=values.real_note
        )
        async with form.attempt(db, "name"):
            number = await speak_for(db, viewer, standing, values.name, identity)
    if number is None:
        return _person_page(request, viewer, standing, form)
    return see_other(f"/safe-space/names/{number}", _("You can speak for them now."))


async def _facilitated(db: AsyncSession, viewer: Viewer, campaign_id: int) -> SpaceStanding:
    standing = await find_space(db, viewer, campaign_id)
    if not standing.facilitates:
        raise NotFound
    return standing


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    standing: SpaceStanding,
    form: Form[OwnNameForm] | None = None,
) -> Response[bytes]:
    campaign = standing.campaign
    own = await own_voice(db, viewer, campaign.id)
    form = form or restored(OwnNameForm, None)
    sees_others = standing.facilitates or standing.manages
    return page(
        request,
        viewer,
        "safe_space/space.html",
        status=form.status,
        rooms=(f"campaign:{campaign.id}",),
        campaign=campaign,
        standing=standing,
        own=own,
        own_url=own_url(campaign.id),
        form=form,
        voices=await spoken_for(db, campaign.id) if sees_others else [],
    )


def _person_page(
    request: AnyRequest, viewer: Viewer, standing: SpaceStanding, form: Form[PersonForm]
) -> Response[bytes]:
    # What was typed about who it is goes back to the browser that sent it, and nowhere else.
    answer = page(
        request,
        viewer,
        "safe_space/new_person.html",
        status=form.status,
        campaign=standing.campaign,
        days=standing.space.days,
        form=form,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES: list[ControllerRouterHandler] = [show_space, choose_own_name, new_person, add_person]
