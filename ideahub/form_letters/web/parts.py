"""The parts of form letters on the pages of ideas and of campaigns."""

from typing import Any

from ideahub.campaigns.shown import ShownCampaign
from ideahub.form_letters.queries import letters_in
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView


async def letters_on_idea(_context: PartContext, _idea: IdeaView) -> dict[str, Any]:
    """Nothing: the idea itself knows how many letters it stands for."""
    return {}


async def letters_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The texts that many people sent."""
    return {"texts": await letters_in(context.db, shown.campaign.id)}


PARTS = (
    Part(
        page="idea",
        key="form_letters",
        find=letters_on_idea,
        templates={"track": "form_letters/_on_idea.html"},
        queries=0,
    ),
    Part(
        page="campaign",
        key="form_letters",
        find=letters_on_campaign,
        templates={"body": "form_letters/_on_campaign.html"},
        queries=1,
    ),
)
