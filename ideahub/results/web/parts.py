"""The parts of results on pages of other features."""

from typing import Any

from ideahub.campaigns.models import Campaign
from ideahub.http.slots import Part, PartContext
from ideahub.results.queries import published_results, states_of
from ideahub.results.web.steps import steps_of


async def results_in_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """How far the result of each panel is, with what comes next."""
    states = await states_of(context.db, campaign.id)
    return {
        "panels": [
            (state, next((one for one in steps_of(state, campaign.id) if one.state == "now"), None))
            for state in states
        ],
        "rooms": (f"results:{campaign.id}",) if states else (),
    }


async def results_on_campaign(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """Whether results are published, and whether all are final."""
    found = await published_results(context.db, campaign.id)
    now = [result for result in found if result.replaced_at is None]
    return {"published": bool(now), "final": bool(now) and all(one.is_final for one in now)}


PARTS = (
    Part(
        page="management",
        key="results",
        find=results_in_management,
        templates={"sections": "results/_in_management.html"},
        queries=1,
    ),
    Part(
        page="campaign",
        key="results",
        find=results_on_campaign,
        templates={"aside": "results/_on_campaign.html"},
        queries=1,
    ),
)
