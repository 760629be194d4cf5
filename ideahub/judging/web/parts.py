"""The parts of judging on the pages of a challenge and of those who manage or review it."""

from typing import Any

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.shown import ShownCampaign
from ideahub.http.slots import Part, PartContext
from ideahub.judging.criterion_view import declared_panels
from ideahub.judging.panels import panels_of
from ideahub.judging.progress import coverage_of


async def panels_on_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """The panels of a challenge, and how far they are; nothing for an idea box."""
    if campaign.kind != CampaignKind.CHALLENGE:
        return {"panels": None}
    return {
        "panels": await panels_of(context.db, campaign.id),
        "coverage": await coverage_of(context.db, campaign.id),
        "rooms": (f"judging:{campaign.id}",),
    }


async def criteria_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """By what the entries of a challenge are judged."""
    return await criteria_in_review(context, shown.campaign)


async def criteria_in_review(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """By what the entries of a challenge are judged."""
    if campaign.kind != CampaignKind.CHALLENGE:
        return {"panels": []}
    return {"panels": await declared_panels(context.db, campaign.id)}


PARTS = (
    Part(
        page="campaign",
        key="judged_by",
        find=criteria_on_campaign,
        templates={"body": "judging/_declared.html"},
        queries=1,
    ),
    Part(
        page="campaign review",
        key="judged_by",
        find=criteria_in_review,
        templates={"body": "judging/_declared.html"},
        queries=1,
    ),
    Part(
        page="management",
        key="judging",
        find=panels_on_management,
        templates={"sections": "judging/_on_management.html"},
        queries=2,
    ),
)
