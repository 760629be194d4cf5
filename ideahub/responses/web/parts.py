"""The parts of answers on ideas' pages and cards, on campaigns, and where they are managed."""

from collections.abc import Sequence
from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.shown import ShownCampaign
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.responses.queries import standing_of
from ideahub.responses.reply_rules import rule_of
from ideahub.responses.shown import on_cards, shown_clock, shown_response


async def response_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The reply clock and the newest answer of an idea."""
    found = await standing_of(context.db, [idea.id])
    clock, response = found.get(idea.id, (None, None))
    return {"clock": shown_clock(clock, idea), "answer": shown_response(response)}


async def responses_on_cards(context: PartContext, idea_ids: Sequence[int]) -> dict[int, Any]:
    """The reply clock or answer of each idea of a list, in one line."""
    return dict(await on_cards(context.db, idea_ids))


async def clock_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The rule of the reply clock, for everyone."""
    return {"rule": await rule_of(context.db, shown.campaign.id)}


async def clock_on_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """The rule of the reply clock."""
    return {"rule": await rule_of(context.db, campaign.id)}


PARTS = (
    Part(
        page="campaign",
        key="reply_clock",
        find=clock_on_campaign,
        templates={"aside": "responses/_on_campaign.html"},
        queries=1,
    ),
    Part(
        page="idea",
        key="responses",
        find=response_on_idea,
        templates={"status": "responses/_on_idea.html"},
        queries=1,
    ),
    Part(
        page="idea card",
        key="responses",
        find=responses_on_cards,
        templates={"body": "responses/_on_card.html"},
        queries=1,
    ),
    Part(
        page="management",
        key="reply_clock",
        find=clock_on_management,
        templates={"sections": "responses/_on_management.html"},
        queries=1,
    ),
)
