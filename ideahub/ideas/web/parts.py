"""What ideas show on pages of lower features."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.http.slots import Filling, Part
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.web.card_lists import cards_filled


async def ideas_on_campaign(filling: Filling, campaign: Campaign) -> dict[str, Any]:
    """The ideas of a challenge or idea box, the most supported first."""
    filters = IdeaFilters(order=IdeaOrder.SUPPORTED, campaign_id=campaign.id)
    found = await browse_ideas(filling.db, filling.viewer, filters)
    return {"more": bool(found.after), **await cards_filled(filling, found.cards)}


PARTS = (
    Part(
        page="campaign",
        key="ideas",
        find=ideas_on_campaign,
        templates={"head": "ideas/_way_to_ideas.html", "body": "ideas/_on_campaign.html"},
        queries=4,
    ),
)
