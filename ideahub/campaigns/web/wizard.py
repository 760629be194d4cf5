"""Setting up a challenge or idea box step by step: saved freely, checked, published."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import managed_cards
from ideahub.campaigns.changed_meanwhile import (
    ChangedMeanwhile,
    must_stand_as_seen,
    step_fingerprint,
)
from ideahub.campaigns.checking import WizardStep, steps_of
from ideahub.campaigns.drafting import (
    RequiredFieldsEmpty,
    discard_campaign,
    start_campaign,
    write_campaign,
)
from ideahub.campaigns.labels import kind_choices
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.publishing import publish_campaign
from ideahub.campaigns.queries import find_managed, lock_campaign, managed_organisations
from ideahub.campaigns.web.wizard_forms import FORMS, StartForm, field_names, stored_form, usable
from ideahub.campaigns.web.wizard_pages import (
    next_step,
    now_there,
    saved,
    sent_fingerprint,
    wizard_page,
)
from ideahub.core.i18n import _
from ideahub.core.refusals import Forbidden, Invalid, NotFound, Refused
from ideahub.core.text.rendering import markdown_html
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, fill, read_form
from ideahub.http.pages import AnyRequest, page, see_other
from ideahub.http.receiving import sent_form

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Viewer]


@get("/manage")
async def manage(request: AnyRequest, db: Db, viewer: Who) -> Response[bytes]:
    """Everything the viewer manages: drafts and what is published."""
    _must_manage(viewer)
    cards = await managed_cards(db, viewer)
    return page(request, viewer, "campaigns/manage.html", cards=cards)


@get("/manage/new")
async def new_campaign(request: AnyRequest, db: Db, viewer: Who) -> Response[bytes]:
    """The choice of kind and organisation."""
    return await _start_page(request, db, viewer, fill(StartForm, {}), clean=True)


@post("/manage/new")
async def begin_campaign(request: AnyRequest, db: Db, viewer: Who) -> Response[Any]:
    """Makes the draft and goes to its first step."""
    _must_manage(viewer)
    form = await read_form(request, StartForm)
    if form.ok and form.values.kind and form.values.organisation_id:
        try:
            campaign = await start_campaign(
                db, viewer, form.values.kind, form.values.organisation_id
            )
        except Forbidden as refused:
            form.errors["organisation_id"] = refused.reason
        else:
            return see_other(f"/manage/{campaign.id}/{WizardStep.BASICS.value}")
    return await _start_page(request, db, viewer, form, status=422)


@get("/manage/{campaign_id:int}")
async def resume(db: Db, viewer: Who, campaign_id: FromPath[int]) -> Any:
    """Leads to the last step, which says what is missing."""
    campaign = await find_managed(db, viewer, campaign_id)
    return see_other(f"/manage/{campaign.id}/{WizardStep.CHECK.value}")


@get("/manage/{campaign_id:int}/{step:str}")
async def edit_step(
    request: AnyRequest, db: Db, viewer: Who, campaign_id: FromPath[int], step: FromPath[str]
) -> Response[Any]:
    """One step, as it is stored."""
    campaign = await find_managed(db, viewer, campaign_id)
    if step == WizardStep.CHECK:
        return await wizard_page(request, db, viewer, campaign, step, form=None)
    kind = _text_step(campaign, step)
    form, seen = stored_form(campaign, kind), step_fingerprint(campaign, field_names(kind))
    return await wizard_page(request, db, viewer, campaign, step, form=form, seen=seen)


@post("/manage/{campaign_id:int}/{step:str}")
async def save_step(
    request: AnyRequest, db: Db, viewer: Who, campaign_id: FromPath[int], step: FromPath[str]
) -> Response[Any]:
    """Keeps what was typed, complete or not; what cannot be kept is shown again."""
    campaign = await find_managed(db, viewer, campaign_id)
    form: Form[Any] = await read_form(request, _text_step(campaign, step))
    try:
        seen = await _keep(db, viewer, campaign, form, sent_fingerprint(request))
    except ChangedMeanwhile as overtaken:
        shown = {
            "form": form,
            "newer": now_there(campaign, overtaken.names),
            # Whoever was told of what stands there has seen it.
            "seen": step_fingerprint(campaign, field_names(type(form.values))),
        }
        return await wizard_page(request, db, viewer, campaign, step, status=409, **shown)
    if not form.ok:
        shown = {"form": form, "seen": seen}
        return await wizard_page(request, db, viewer, campaign, step, status=422, **shown)
    deed = sent_form(request).get("do", "save")
    to = next_step(campaign, step) if deed == "next" else step
    return see_other(f"/manage/{campaign.id}/{to}", saved(campaign))


@post("/manage/{campaign_id:int}/publication")
async def publish(
    request: AnyRequest, db: Db, viewer: Who, campaign_id: FromPath[int]
) -> Response[Any]:
    """Publishes, or shows again what is missing."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    try:
        await publish_campaign(db, viewer, campaign)
    except Invalid as lacking:
        step = WizardStep.CHECK.value
        status = lacking.status
        return await wizard_page(
            request, db, viewer, campaign, step, refused=True, form=None, status=status
        )
    return see_other(campaign.url, _("It is published. Everyone it is meant for can see it now."))


@post("/manage/{campaign_id:int}/discarding")
async def discard(db: Db, viewer: Who, campaign_id: FromPath[int]) -> Response[Any]:
    """Throws a draft away."""
    await discard_campaign(db, viewer, campaign_id)
    return see_other("/manage", _("The draft is gone."))


async def _keep(
    db: AsyncSession, viewer: Viewer, campaign: Campaign, form: Form[Any], seen: str
) -> str:
    """Stores what of the form can be kept; returns the fingerprint of what its sender knows."""
    values = usable(form)
    html = await markdown_html(values.get("description", ""))
    await lock_campaign(db, campaign)
    if campaign.published_at and not form.ok:
        return seen
    names = field_names(type(form.values))
    must_stand_as_seen(campaign, names, values, seen)
    try:
        if await write_campaign(db, viewer, campaign, values, html):
            return step_fingerprint(campaign, names)
    except RequiredFieldsEmpty as lacking:
        form.errors |= lacking.fields
    except Refused as refused:
        form.errors["audience"] = refused.reason
    return seen


def _must_manage(viewer: Viewer) -> None:
    _person = viewer.person_id
    if not viewer.can_manage:
        raise Forbidden(_("Only managers can set up challenges and idea boxes."))


async def _start_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    form: Form[StartForm],
    *,
    clean: bool = False,
    status: int = 200,
) -> Response[bytes]:
    _must_manage(viewer)
    if clean:
        form.errors.clear()
    hosts = await managed_organisations(db, viewer)
    context: dict[str, Any] = {"form": form, "hosts": hosts, "kinds": kind_choices()}
    return page(request, viewer, "campaigns/new.html", status=status, **context)


def _text_step(campaign: Campaign, step: str) -> type[Any]:
    if step not in FORMS or step not in steps_of(campaign.kind):
        raise NotFound
    return FORMS[step]


ROUTES: list[ControllerRouterHandler] = [
    manage,
    new_campaign,
    begin_campaign,
    resume,
    edit_step,
    save_step,
    publish,
    discard,
]
