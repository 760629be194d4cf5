"""The parts of the safe space on pages of other features."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView
from ideahub.safe_space.settings import space_of


async def on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """The way to write without one's name, where that is allowed."""
    space = await space_of(context.db, idea.campaign_id)
    return {"space": space if idea.is_listed else None}


async def on_management(_context: PartContext, _campaign: Campaign) -> dict[str, Any]:
    """The way to the settings."""
    return {}


PARTS = (
    Part(
        page="idea",
        key="safe_space",
        find=on_idea,
        templates={"foot": "safe_space/_on_idea.html"},
        queries=1,
    ),
    Part(
        page="management",
        key="safe_space",
        find=on_management,
        templates={"sections": "safe_space/_on_management.html"},
        queries=0,
    ),
)
