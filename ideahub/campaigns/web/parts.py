"""The parts of campaigns on the home page and on the page from which one is managed."""

from typing import Any

from ideahub.campaigns.browsing import CampaignFilters, browse_campaigns
from ideahub.campaigns.cards import CampaignStatus
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.terms import terms_of
from ideahub.campaigns.web.terms import said_so_far, terms_pages
from ideahub.http.slots import Part, PartContext

MOST = 3


async def campaigns_on_home(context: PartContext, _subject: None) -> dict[str, Any]:
    """The first open challenges, and the first idea boxes."""
    challenges = CampaignFilters(CampaignKind.CHALLENGE, status=CampaignStatus.OPEN)
    asked = await browse_campaigns(context.db, context.viewer, challenges)
    boxes = await browse_campaigns(
        context.db, context.viewer, CampaignFilters(CampaignKind.IDEA_BOX)
    )
    return {"challenges": asked.cards[:MOST], "boxes": boxes.cards[:MOST]}


async def terms_on_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """What a challenge's terms say so far, and the pages where they are written."""
    if campaign.kind != CampaignKind.CHALLENGE:
        return {"pages": []}
    terms = await terms_of(context.db, campaign.id)
    return {"pages": terms_pages(campaign.id), "said": said_so_far(terms)}


PARTS = (
    Part(
        page="management",
        key="terms_section",
        find=terms_on_management,
        templates={"sections": "campaigns/_terms_section.html"},
        queries=1,
    ),
    Part(
        page="home",
        key="campaigns",
        find=campaigns_on_home,
        templates={"body": "campaigns/_asked.html", "foot": "campaigns/_boxes.html"},
        queries=2,
    ),
)
