"""The parts of entries on the pages of challenges, of their managers, and of one's account."""

from typing import Any

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.entries.designing_form import phases_for_entries
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.managing import count_entries
from ideahub.http.slots import Part, PartContext


async def entries_on_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """How many entries there are, and whether their form is made."""
    if campaign.kind != CampaignKind.CHALLENGE:
        return {"phases": []}
    phases = await phases_for_entries(context.db, campaign.id)
    if not phases:
        return {"phases": []}
    return {
        "phases": phases,
        "counts": await count_entries(context.db, campaign.id),
        "has_form": await form_in_use(context.db, phases[0].id) is not None,
        "rooms": (f"entries:{campaign.id}",),
    }


PARTS = (
    Part(
        page="management",
        key="entries",
        find=entries_on_management,
        templates={"sections": "entries/_on_management.html"},
        queries=4,
    ),
)
