"""The parts of ideas on the home page, and on the pages of campaigns and people."""

from datetime import datetime
from typing import Any

from ideahub.campaigns.shown import ShownCampaign
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.browsing import IdeaFilters, IdeaOrder, browse_ideas
from ideahub.ideas.by_person import posted_by, supported_by
from ideahub.ideas.stages import stage_choice
from ideahub.ideas.supported import supported_since
from ideahub.ideas.tallying import count_all, count_stages
from ideahub.ideas.web.card_lists import card_context, card_rooms, shown_rooms
from ideahub.organisations.profiles import Profile

RISING = 4


async def ideas_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The ideas of a campaign, the most supported first."""
    filters = IdeaFilters(order=IdeaOrder.SUPPORTED, campaign_id=shown.campaign.id)
    found = await browse_ideas(context.db, context.viewer, filters)
    return {"more": bool(found.after), **await card_context(context, found.cards)}


async def ideas_on_home(context: PartContext, _subject: None) -> dict[str, Any]:
    """The sums over all ideas that the viewer sees in lists, and some that are rising."""
    db, viewer = context.db, context.viewer
    rising = (await browse_ideas(db, viewer, IdeaFilters(order=IdeaOrder.RISING))).cards[:RISING]
    return {
        "figures": await count_all(db, viewer),
        "stage_counts": await count_stages(db, viewer),
        "rooms": card_rooms(rising),
        "shown": shown_rooms(rising),
        **await card_context(context, rising),
    }


async def support_on_own_home(context: PartContext, since: datetime) -> dict[str, Any]:
    """The viewer's ideas that others have supported since they were here."""
    return {"supported": await supported_since(context.db, context.viewer, since)}


async def given_on_profile(context: PartContext, profile: Profile) -> dict[str, Any]:
    """The ideas that a person posted, and those they support, as far as the viewer may see them."""
    db, viewer = context.db, context.viewer
    posted = await posted_by(db, viewer, profile.id)
    supported = await supported_by(db, viewer, profile.id)
    return {
        "posted": posted,
        "supported": supported,
        "stage_choice": stage_choice,
        "gave": posted.gave or supported.gave,
        "lists": bool(posted.newest or supported.newest),
    }


PARTS = (
    Part(
        page="own home",
        key="ideas",
        find=support_on_own_home,
        templates={"happened": "ideas/_supported_since.html"},
        queries=1,
    ),
    Part(
        page="profile",
        key="ideas",
        find=given_on_profile,
        templates={"body": "ideas/_given.html"},
        queries=2,
    ),
    Part(
        page="home",
        key="ideas",
        find=ideas_on_home,
        templates={
            "head": "ideas/_figures_of_all.html",
            "body": "ideas/_rising.html",
            "pair": "ideas/_stages_of_all.html",
        },
        queries=5,
    ),
    Part(
        page="campaign",
        key="ideas",
        find=ideas_on_campaign,
        templates={"head": "ideas/_way_to_ideas.html", "body": "ideas/_on_campaign.html"},
        queries=3,
    ),
)
