"""The page from which a campaign is managed: its steps, its publication, and the sections of other
features."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by, seen_by
from ideahub.campaigns.checking import steps_of
from ideahub.campaigns.labels import step_labels
from ideahub.campaigns.lacking import by_section, lacks_of
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.queries import find_managed
from ideahub.campaigns.web.publication_pages import publication_context
from ideahub.campaigns.web.schedule import schedule_context, schedule_meaning
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context
from ideahub.organisations.models import Organisation

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
    lacks = await lacks_of(db, campaign, phases)
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    told = seen_by(campaign.audience, organisation.name)
    slots = await fill_slots(part_context(request, db, viewer), "management", campaign)
    return page(
        request,
        viewer,
        "campaigns/overview.html",
        rooms=(f"campaign:{campaign.id}", *slots.rooms),
        campaign=campaign,
        steps=[(step.value, labels[step]) for step in steps_of(campaign.kind)],
        lacks=lacks.needed,
        lack_sections=by_section(lacks.needed, phases),
        later_sections=by_section(lacks.later, phases),
        seen_by=told,
        draft_seen_by=draft_seen_by(told),
        source=await source_of(db, campaign),
        **await publication_context(db, viewer, campaign),
        **schedule_context(phases) | schedule_meaning(phases),
        **slots.context,
    )


async def source_of(db: AsyncSession, campaign: Campaign) -> Campaign | None:
    """What it is a copy of; None where it is none, or the source is gone."""
    if campaign.copied_from_id is None:
        return None
    return await db.get(Campaign, campaign.copied_from_id)


ROUTES: list[ControllerRouterHandler] = [show_overview]
