"""The parts of results on pages of other features."""

from collections.abc import Sequence
from typing import Any

from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.shown import ShownCampaign
from ideahub.entries.queries import EntryView
from ideahub.http.slots import Part, PartContext
from ideahub.judging.models import Panel
from ideahub.judging.panels import PanelView
from ideahub.judging.queries import OwnPanel
from ideahub.results.collecting import criteria_of, rule_of
from ideahub.results.labels import rule_words
from ideahub.results.own_result import invitations_of, results_of_entry
from ideahub.results.panel_states import states_of
from ideahub.results.public_results import published_of, published_results
from ideahub.results.third_reading import offers_readings
from ideahub.results.web.steps import steps_of


async def results_in_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """How far the result of each panel is, with what comes next."""
    has_phases = campaign.kind == CampaignKind.CHALLENGE
    states = await states_of(context.db, campaign.id) if has_phases else []
    return {
        "panels": [
            (state, next((one for one in steps_of(state, campaign.id) if one.state == "now"), None))
            for state in states
        ],
        "rooms": (f"results:{campaign.id}",) if states else (),
    }


async def results_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """Whether results are published, and whether all are final."""
    campaign = shown.campaign
    is_judged = campaign.kind == CampaignKind.CHALLENGE
    found = await published_results(context.db, campaign.id) if is_judged else []
    now = [result for result in found if result.replaced_at is None]
    return {"published": bool(now), "final": bool(now) and all(one.is_final for one in now)}


async def result_on_entry(context: PartContext, entry: EntryView) -> dict[str, Any]:
    """The places of the entry, and its invitations, for those whose it is."""
    if not entry.is_member:
        return {"own": [], "invited": []}
    found = await results_of_entry(context.db, entry.campaign_id, entry.id)
    invited = await invitations_of(context.db, entry.id) if found else []
    return {"own": found, "invited": invited}


async def rule_on_panel(context: PartContext, shown: PanelView) -> dict[str, Any]:
    """The panel's rule, and the way to third readings while it is open."""
    panel = await context.db.get_one(Panel, shown.id)
    criteria = await criteria_of(context.db, panel.id)
    return {
        "rule": rule_words(rule_of(panel, criteria), criteria),
        "offers_readings": shown.is_open
        and await offers_readings(context.db, context.viewer, panel),
        "rooms": (f"results:{panel.campaign_id}",),
    }


async def results_in_queue(context: PartContext, panels: Sequence[OwnPanel]) -> dict[str, Any]:
    """Of which panels results are published: their judges find them from their queue."""
    return {
        "published": await published_of(
            context.db, context.viewer, [own.panel.id for own in panels]
        )
    }


async def rule_for_judges(context: PartContext, own: OwnPanel) -> dict[str, Any]:
    """The panel's rule, whether its meeting can begin, and whether its result is published."""
    panel = await context.db.get_one(Panel, own.panel.id)
    criteria = await criteria_of(context.db, panel.id)
    return {
        "rule": rule_words(rule_of(panel, criteria), criteria),
        "meets": panel.closed_at is not None and not own.joined_late,
        "published": await published_of(context.db, context.viewer, [panel.id]),
        "panel_id": panel.id,
        "campaign_id": panel.campaign_id,
    }


PARTS = (
    Part(
        page="panel",
        key="results",
        find=rule_on_panel,
        templates={"sections": "results/_rule_on_panel.html"},
        queries=3,
    ),
    Part(
        page="judge's panel",
        key="results",
        find=rule_for_judges,
        templates={"body": "results/_rule_for_judges.html"},
        queries=3,
    ),
    Part(
        page="judge's queue",
        key="results",
        find=results_in_queue,
        templates={"panel": "results/_in_queue.html"},
        queries=1,
    ),
    Part(
        page="entry",
        key="results",
        find=result_on_entry,
        templates={"state": "results/_on_entry.html"},
        queries=6,
    ),
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
