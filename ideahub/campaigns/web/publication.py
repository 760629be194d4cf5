"""Handlers for what one press does to the publication of a campaign."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.archiving import unarchive
from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.checking import WizardStep
from ideahub.campaigns.discarding import KEPT
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.planned_publication import cancel_plan
from ideahub.campaigns.publishing import publish_campaign
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.web.publication_pages import publication_context
from ideahub.campaigns.web.wizard_pages import wizard_page
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import button_form
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


@post("/management/{campaign_id:int}/publication/plan/removal")
async def cancel(db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]) -> Response[Any]:
    """Cancels the planned publication."""
    campaign = await find_managed(db, viewer, campaign_id, lock=True)
    await cancel_plan(db, viewer, campaign)
    return see_other(overview_of(campaign), _("It is not published by itself any more."))


@post("/management/{campaign_id:int}/archive/removal")
async def take_out_of_archive(
    db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[Any]:
    """Takes the campaign out of the archive."""
    campaign = await find_managed(db, viewer, campaign_id)
    await unarchive(db, viewer, campaign_id)
    return see_other(overview_of(campaign), _("It is out of the archive: its phases hold again."))


async def check_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    *,
    status: int = 200,
    refusal: str = "",
) -> Response[bytes]:
    """The step in which a draft is checked and published; `refusal` is why it is not published."""
    context: dict[str, Any] = {
        "form": None,
        "refusal": refusal,
        "kept_days": KEPT.days,
        **await publication_context(db, viewer, campaign),
    }
    step = WizardStep.CHECK.value
    return await wizard_page(request, db, viewer, campaign, step, status=status, **context)


def overview_of(campaign: Campaign) -> str:
    """The address from which it is managed."""
    return f"/management/{campaign.id}"


ROUTES: list[ControllerRouterHandler] = [
    publish,
    cancel,
    take_out_of_archive,
]
