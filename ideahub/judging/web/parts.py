"""The part of judging on the page from which a challenge is managed."""

from typing import Any

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.http.slots import Part, PartContext
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


PARTS = (
    Part(
        page="management",
        key="judging",
        find=panels_on_management,
        templates={"sections": "judging/_on_management.html"},
        queries=2,
    ),
)
