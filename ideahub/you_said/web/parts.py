"""The ways to summaries: on the page of a campaign, where it is managed, and on the page of an
organisation."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.shown import ShownCampaign
from ideahub.core.viewer import Role
from ideahub.http.slots import Part, PartContext
from ideahub.you_said.places import page_of_campaign, page_of_quarters
from ideahub.you_said.queries import is_published_for, quarters_of


async def on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The page of the summary, if it is published."""
    published = await is_published_for(context.db, shown.campaign.id)
    return {"place": page_of_campaign(shown.campaign) if published else ""}


async def on_management(_context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """The page from which it is managed."""
    return {"place": f"/management/{campaign.id}/you-said"}


async def on_organisation(context: PartContext, number: int) -> dict[str, Any]:
    """The page of its quarters, where something is published; for its managers in any case."""
    is_open = context.viewer.holds(Role.MANAGER, number) or any(
        row.version for row in await quarters_of(context.db, number)
    )
    return {"place": page_of_quarters(number) if is_open else ""}


PARTS = (
    Part(
        page="campaign",
        key="you_said",
        find=on_campaign,
        templates={"news": "you_said/_on_campaign.html"},
        queries=1,
    ),
    Part(
        page="management",
        key="you_said",
        find=on_management,
        templates={"sections": "you_said/_on_management.html"},
        queries=0,
    ),
    Part(
        page="organisation",
        key="you_said",
        find=on_organisation,
        templates={"became": "you_said/_on_organisation.html"},
        queries=1,
    ),
)
