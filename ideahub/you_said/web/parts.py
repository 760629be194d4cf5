"""The way to a campaign's summary, on its page and where it is managed."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.shown import ShownCampaign
from ideahub.http.slots import Part, PartContext
from ideahub.you_said.places import page_of_campaign
from ideahub.you_said.queries import is_published_for


async def on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The page of the summary, if it is published."""
    published = await is_published_for(context.db, shown.campaign.id)
    return {"place": page_of_campaign(shown.campaign) if published else ""}


async def on_management(_context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """The page from which it is managed."""
    return {"place": f"/management/{campaign.id}/you-said"}


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
)
