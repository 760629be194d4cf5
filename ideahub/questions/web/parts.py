"""The parts of questions and announcements on a campaign's page, and on the page from which it is
managed."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.shown import ShownCampaign
from ideahub.http.slots import Part, PartContext
from ideahub.questions.announcing import announcements_of
from ideahub.questions.live import MANAGERS, SHOWN
from ideahub.questions.open_questions import count_waiting
from ideahub.questions.queries import count_entries


async def on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The latest announcements, and how many questions can be read."""
    found = await announcements_of(context.db, shown.campaign.id)
    return {
        "latest": found.announcements[:SHOWN],
        "count": await count_entries(context.db, shown.campaign.id),
    }


async def on_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """How many questions wait for an answer."""
    return {
        "waiting": await count_waiting(context.db, campaign.id),
        "rooms": (f"{MANAGERS}:{campaign.id}",),
    }


PARTS = (
    Part(
        page="campaign",
        key="questions",
        find=on_campaign,
        templates={
            "links": "questions/_feed_link.html",
            "news": "questions/_news.html",
            "aside": "questions/_on_campaign.html",
        },
        queries=2,
    ),
    Part(
        page="management",
        key="questions",
        find=on_management,
        templates={"sections": "questions/_on_management.html"},
        queries=1,
    ),
)
