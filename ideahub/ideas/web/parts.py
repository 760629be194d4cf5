"""What ideas show on pages of lower features."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.tallying import count_all, count_stages
from ideahub.ideas.web.card_lists import card_rooms, cards_filled

RISING = 4


async def ideas_on_campaign(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """The ideas of a challenge or idea box, the most supported first."""
    filters = IdeaFilters(order=IdeaOrder.SUPPORTED, campaign_id=campaign.id)
    found = await browse_ideas(context.db, context.viewer, filters)
    return {"more": bool(found.after), **await cards_filled(context, found.cards)}


async def ideas_on_home(context: PartContext, _subject: None) -> dict[str, Any]:
    """The figures of all ideas in sight, and those that gain support."""
    db, viewer = context.db, context.viewer
    rising = (await browse_ideas(db, viewer, IdeaFilters(order=IdeaOrder.RISING))).cards[:RISING]
    return {
        "figures": await count_all(db, viewer),
        "stage_counts": await count_stages(db, viewer),
        "rooms": card_rooms(rising),
        **await cards_filled(context, rising),
    }


PARTS = (
    Part(
        page="home",
        key="ideas",
        find=ideas_on_home,
        templates={
            "head": "ideas/_figures_of_all.html",
            "body": "ideas/_rising.html",
            "pair": "ideas/_stages_of_all.html",
        },
        queries=6,
    ),
    Part(
        page="campaign",
        key="ideas",
        find=ideas_on_campaign,
        templates={"head": "ideas/_way_to_ideas.html", "body": "ideas/_on_campaign.html"},
        queries=4,
    ),
)
