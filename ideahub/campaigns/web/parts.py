"""The part of campaigns on the home page."""

from typing import Any

from ideahub.campaigns.browsing import CampaignFilters, browse_campaigns
from ideahub.campaigns.cards import CampaignStatus
from ideahub.campaigns.models import CampaignKind
from ideahub.http.slots import Part, PartContext

MOST = 3


async def campaigns_on_home(context: PartContext, _subject: None) -> dict[str, Any]:
    """The first open challenges, and the first idea boxes."""
    challenges = CampaignFilters(CampaignKind.CHALLENGE, status=CampaignStatus.OPEN)
    asked = await browse_campaigns(context.db, context.viewer, challenges)
    boxes = await browse_campaigns(
        context.db, context.viewer, CampaignFilters(CampaignKind.IDEA_BOX, standing=True)
    )
    return {"challenges": asked.cards[:MOST], "boxes": boxes.cards[:MOST]}


PARTS = (
    Part(
        page="home",
        key="campaigns",
        find=campaigns_on_home,
        templates={"body": "campaigns/_asked.html", "foot": "campaigns/_boxes.html"},
        queries=2,
    ),
)
