"""Handlers for publishing a campaign, now or as planned, for unpublishing and archiving it."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import archive, unarchive
from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.planned_publication import cancel_plan, plan_publication
from ideahub.campaigns.publishing import publish_campaign
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.unpublishing import unpublish
from ideahub.campaigns.web.overview import overview_page
from ideahub.campaigns.web.publication_pages import (
    ArchiveForm,
    PublicationPlanForm,
    UnpublishForm,
    form_key,
    publication_context,
)
from ideahub.campaigns.web.wizard_pages import wizard_page
from ideahub.core.drafts import discard_draft
from ideahub.core.i18n import _, sentences
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form, button_form, read_form
from ideahub.http.pages import AnyRequest, see_other
from ideahub.organisations.models import Organisation

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@post("/management/{campaign_id:int}/publication")
async def publish(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Publishes the campaign; where something is missing, shows the last step again."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    pressed = button_form()
    async with pressed.attempt(db, "publication"):
        await publish_campaign(db, viewer, campaign)
        asks = await db.get_one(Organisation, campaign.organisation_id)
        told = seen_by(campaign.audience, asks.name)
        return see_other(campaign.url, _("It is published. %(seen_by)s", seen_by=told))
    return await check_page(
        request, db, viewer, campaign, status=pressed.status, refusal=pressed.error("publication")
    )


@post("/management/{campaign_id:int}/publication/plan")
async def plan(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Plans when the clock publishes the draft, or moves that."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    form = await read_form(request, PublicationPlanForm)
    if form.ok:
        zone = form.values.publish_zone or campaign.timezone
        async with form.attempt(db, "publish_at"):
            note = await plan_publication(db, viewer, campaign, form.values.publish_at, zone)
            await discard_draft(db, viewer, form_key("plan", campaign.id))
            return see_other(_overview(campaign), sentences(_("Its publication is planned."), note))
    return await check_page(request, db, viewer, campaign, plan=form)


@post("/management/{campaign_id:int}/publication/plan/removal")
async def cancel(db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]) -> Response[Any]:
    """Cancels the planned publication."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    await cancel_plan(db, viewer, campaign)
    return see_other(_overview(campaign), _("It is not published by itself any more."))


@post("/management/{campaign_id:int}/retraction")
async def retract(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Makes a draft of it again, while nobody has taken part."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, UnpublishForm)
    if form.ok:
        async with form.attempt(db):
            await unpublish(db, viewer, campaign_id, form.values.unpublish_reason)
            await discard_draft(db, viewer, form_key("retraction", campaign_id))
            return see_other(
                _overview(campaign), _("It is a draft again. Only those who manage it can see it.")
            )
    return await check_page(request, db, viewer, campaign, retraction=form)


@post("/management/{campaign_id:int}/archive")
async def put_into_archive(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Archives a published campaign."""
    campaign = await find_managed(db, viewer, campaign_id)
    form = await read_form(request, ArchiveForm)
    if form.ok:
        async with form.attempt(db, "archive_reason"):
            await archive(db, viewer, campaign_id, form.values.archive_reason)
            await discard_draft(db, viewer, form_key("archive", campaign_id))
            return see_other(
                _overview(campaign),
                _("It is archived. It can be read, and takes nothing any more."),
            )
    return await check_page(request, db, viewer, campaign, archive=form)


@post("/management/{campaign_id:int}/archive/removal")
async def take_out_of_archive(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Takes the campaign out of the archive."""
    campaign = await find_managed(db, viewer, campaign_id)
    await unarchive(db, viewer, campaign_id)
    return see_other(_overview(campaign), _("It is out of the archive: its phases hold again."))


async def check_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    *,
    status: int = 0,
    refusal: str = "",
    **sent: Form[Any],
) -> Response[bytes]:
    """The step in which a draft is checked and published, the overview of what is published;
    `sent` are forms on them that were refused."""
    status = status or max((form.status for form in sent.values()), default=200)
    problems = {name: text for form in sent.values() for name, text in form.errors.items()}
    if campaign.published_at and sent:
        return await overview_page(
            request, db, viewer, campaign, status=status, problems=problems, **sent
        )
    context: dict[str, Any] = {
        "form": None,
        "refusal": refusal,
        "problems": problems,
        **await publication_context(db, viewer, campaign, **sent),
    }
    step = WizardStep.CHECK.value
    return await wizard_page(request, db, viewer, campaign, step, status=status, **context)


def _overview(campaign: Campaign) -> str:
    return f"/management/{campaign.id}"


ROUTES: list[ControllerRouterHandler] = [
    publish,
    plan,
    cancel,
    retract,
    put_into_archive,
    take_out_of_archive,
]
