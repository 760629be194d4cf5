"""Handlers for managers: what is allowed, who facilitates, and who looked at who somebody is."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_managed
from ideahub.core.drafts import discard_draft, find_draft
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, read_form, restored, say_what_is_missing
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.organisations.addresses import clean_address
from ideahub.safe_space.facilitating import end_facilitator, facilitators_of, name_facilitator
from ideahub.safe_space.listing import voices_in
from ideahub.safe_space.said import looks_in
from ideahub.safe_space.settings import change_space, space_of
from ideahub.safe_space.web.forms import FacilitatorForm, SpaceForm

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ADDRESS = "/management/{campaign_id:int}/safe-space"


@get(ADDRESS)
async def show_settings(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The settings of a campaign, its facilitators, the chosen names and each look."""
    return await _page(request, db, viewer, await find_managed(db, viewer, campaign_id))


@post(ADDRESS, opt=NEEDS_PROOF)
async def change_settings(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Changes what is allowed; the page again where that is refused."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, SpaceForm)
    if form.ok:
        async with form.attempt(db, "days"):
            await change_space(db, viewer, campaign, form.values.space)
    if not form.ok:
        return await _page(request, db, viewer, campaign, settings=form)
    await discard_draft(db, viewer, _key("days", campaign))
    return see_other(_url(campaign), _("Saved. It holds for what is written from now on."))


@post(ADDRESS + "/facilitators", opt=NEEDS_PROOF)
async def add_facilitator(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Names a facilitator; the page again where that is refused."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, FacilitatorForm)
    say_what_is_missing(form, address=_("Enter the address of a member of staff."))
    if form.ok:
        async with form.attempt(db, "address"):
            address = clean_address(form.values.address)
            await name_facilitator(db, viewer, campaign, address)
    if not form.ok:
        return await _page(request, db, viewer, campaign, naming=form)
    await discard_draft(db, viewer, _key("facilitator", campaign))
    return see_other(_url(campaign), _("They can speak for others now, and are told."))


@post(ADDRESS + "/facilitators/{facilitator_id:int}/ending", opt=NEEDS_PROOF)
async def remove_facilitator(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int], facilitator_id: FromPath[int]
) -> Response[Any]:
    """Ends at once that somebody is a facilitator."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    await end_facilitator(db, viewer, campaign, facilitator_id)
    return see_other(_url(campaign), _("They speak for nobody here now. What they said stays."))


def _url(campaign: Campaign) -> str:
    return f"/management/{campaign.id}/safe-space"


def _key(what: str, campaign: Campaign) -> str:
    return f"safe-space-{what}-{campaign.id}"


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    *,
    settings: Form[SpaceForm] | None = None,
    naming: Form[FacilitatorForm] | None = None,
) -> Response[bytes]:
    space = await space_of(db, campaign.id)
    days = await find_draft(db, viewer, _key("days", campaign))
    draft = await find_draft(db, viewer, _key("facilitator", campaign))
    now = {name: "yes" for name in ("lets_hide", "lets_speak_for") if getattr(space, name)}
    forms = (
        settings or restored(SpaceForm, days, days=space.days, **({} if days else now)),
        naming or restored(FacilitatorForm, draft),
    )
    return page(
        request,
        viewer,
        "safe_space/manage.html",
        status=max(form.status for form in forms),
        rooms=(f"campaign:{campaign.id}",),
        campaign=campaign,
        url=_url(campaign),
        form=forms[0],
        naming=forms[1],
        keys={name: _key(name, campaign) for name in ("days", "facilitator")},
        facilitators=await facilitators_of(db, campaign.id),
        voices=await voices_in(db, campaign.id),
        looks=await looks_in(db, campaign.id),
    )


ROUTES: list[ControllerRouterHandler] = [
    show_settings,
    change_settings,
    add_facilitator,
    remove_facilitator,
]
