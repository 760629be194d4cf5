"""The page from which a campaign is managed: its steps, and the sections of other features."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.checking import missing, steps_of
from ideahub.campaigns.labels import step_labels
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.web.schedule import schedule_context, schedule_meaning
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/management/{campaign_id:int}")
async def show_overview(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """The overview: what is set up, what is missing, and what waits in each section."""
    campaign = await find_managed(db, viewer, campaign_id)
    phases = await phases_now(db, campaign.id)
    labels = step_labels()
    slots = await fill_slots(part_context(request, db, viewer), "management", campaign)
    return page(
        request,
        viewer,
        "campaigns/overview.html",
        rooms=(f"campaign:{campaign.id}", *slots.rooms),
        campaign=campaign,
        steps=[(step.value, labels[step]) for step in steps_of(campaign.kind)],
        lacks=missing(campaign, phases),
        **schedule_context(phases) | schedule_meaning(phases),
        **slots.context,
    )


ROUTES: list[ControllerRouterHandler] = [show_overview]
