"""The parts of following on the pages of an idea, of a campaign, and of one's account."""

from typing import Any

from ideahub.campaigns.shown import ShownCampaign
from ideahub.following.following import CAMPAIGNS, IDEAS, followers_of
from ideahub.following.outcome_steps import outcome_steps
from ideahub.following.queries import followed_campaigns, followed_ideas
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.ideas.stages import stage_choice
from ideahub.organisations.queries import PersonView


async def followers_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The number of followers, and what became of the idea."""
    return {
        "followers": await followers_of(context.db, IDEAS, idea.id),
        "steps": await outcome_steps(context.db, idea.id),
    }


async def followed_on_account(context: PartContext, _person: PersonView) -> dict[str, Any]:
    """The ideas, challenges and idea boxes that the viewer follows."""
    found = await followed_ideas(context.db, context.viewer)
    campaigns = await followed_campaigns(context.db, context.viewer)
    return {"ideas": found, "stage_choice": stage_choice, "campaigns": campaigns}


async def followers_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The number of followers."""
    return {"followers": await followers_of(context.db, CAMPAIGNS, shown.campaign.id)}


PARTS = (
    Part(
        page="idea",
        key="following",
        find=followers_on_idea,
        templates={
            "aside": "following/_on_idea.html",
            "track": "following/_became_on_idea.html",
        },
        queries=2,
    ),
    Part(
        page="campaign",
        key="following",
        find=followers_on_campaign,
        templates={"aside": "following/_on_campaign.html"},
        queries=1,
    ),
    Part(
        page="account",
        key="following",
        find=followed_on_account,
        templates={"body": "following/_on_account.html"},
        queries=2,
    ),
)
