"""The parts of public votes on the pages of a challenge, of its results, and of its managers."""

from typing import Any

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from ideahub.campaigns.phases import deciding_phase, phases_now
from ideahub.campaigns.shown import ShownCampaign
from ideahub.http.slots import Part, PartContext
from ideahub.public_voting.counting import outcomes_of
from ideahub.public_voting.lacking import has_public_question
from ideahub.public_voting.phases import has_begun, is_counted, voting_phases
from ideahub.public_voting.queries import ballot_sizes, turnout, turnouts


async def vote_on_campaign(context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The phase in which people vote for entries now, next or last, and how many have."""
    campaign = shown.campaign
    if campaign.kind != CampaignKind.CHALLENGE:
        return {"phase": None}
    phase = deciding_phase(shown.phases, Accepts.PUBLIC_VOTING)
    if phase is None:
        return {"phase": None}
    return {
        "phase": phase,
        "turnout": await turnout(context.db, phase.id) if has_begun(phase) else 0,
        "ballot": (await ballot_sizes(context.db, [phase.id])).get(phase.id, 0),
        "is_counted": is_counted(phase),
    }


async def votes_on_management(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """Each phase with a vote: what is on its ballot, and how many people have voted."""
    has_phases = campaign.kind == CampaignKind.CHALLENGE
    phases = voting_phases(await phases_now(context.db, campaign.id)) if has_phases else []
    numbers = [phase.id for phase in phases]
    sizes = await ballot_sizes(context.db, numbers)
    voted = await turnouts(context.db, numbers)
    return {
        "votes": [(one, sizes.get(one.id, 0), voted.get(one.id, 0)) for one in phases],
        "has_question": not phases or await has_public_question(context.db, campaign.id),
    }


async def outcomes_there(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """What came of each vote that is over."""
    phases = voting_phases(await phases_now(context.db, campaign.id))
    outcomes = await outcomes_of(context.db, phases)
    voted = await turnouts(context.db, list(outcomes))
    return {
        "outcomes": [
            (one, outcomes[one.id], voted.get(one.id, 0))
            for one in phases
            if one.id in outcomes and outcomes[one.id].entries
        ]
    }


PARTS = (
    Part(
        page="campaign",
        key="public_vote",
        find=vote_on_campaign,
        templates={
            "head": "public_voting/_way_in.html",
            "aside": "public_voting/_on_campaign.html",
        },
        queries=2,
    ),
    Part(
        page="management",
        key="public_votes",
        find=votes_on_management,
        templates={"sections": "public_voting/_on_management.html"},
        queries=4,
    ),
    Part(
        page="results",
        key="public_votes",
        find=outcomes_there,
        templates={"sections": "public_voting/_on_results.html"},
        queries=3,
    ),
    Part(
        page="awards",
        key="public_votes",
        find=outcomes_there,
        templates={"beside": "public_voting/_on_awards.html"},
        queries=3,
    ),
)
