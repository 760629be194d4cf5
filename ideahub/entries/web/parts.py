"""The parts of entries on the pages of challenges, of their managers, and of one's account."""

from typing import Any

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from ideahub.campaigns.phases import deciding_phase
from ideahub.campaigns.rounds import invited_words
from ideahub.campaigns.shown import ShownCampaign
from ideahub.entries.by_invitation import next_round, open_to_all
from ideahub.entries.designing_form import phases_for_entries
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.labels import state_badge
from ideahub.entries.managing import count_entries
from ideahub.entries.queries import own_entries
from ideahub.http.slots import Part, PartContext
from ideahub.organisations.queries import PersonView

SHOWN = 5


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


async def entries_on_campaign(_context: PartContext, shown: ShownCampaign) -> dict[str, Any]:
    """The phase that takes everyone's entries now, next or last, and the round after it."""
    campaign = shown.campaign
    if campaign.kind != CampaignKind.CHALLENGE or not campaign.is_published:
        return {"phase": None}
    phases = list(shown.phases)
    later = next_round(phases)
    return {
        "phase": deciding_phase(open_to_all(phases), Accepts.ENTRIES),
        "next_round": later,
        "invited": invited_words(later, phases) if later else "",
    }


async def entries_on_account(context: PartContext, _person: PersonView) -> dict[str, Any]:
    """The viewer's newest entries."""
    found = (await own_entries(context.db, context.viewer))[:SHOWN]
    return {"own": [(one, state_badge(one)) for one in found]}


async def form_in_review(context: PartContext, campaign: Campaign) -> dict[str, Any]:
    """What entrants will be asked, for whoever reviews a draft."""
    phases = await phases_for_entries(context.db, campaign.id)
    forms = [(phase, await form_in_use(context.db, phase.id)) for phase in phases]
    return {"forms": [(phase, form) for phase, form in forms if form]}


PARTS = (
    Part(
        page="campaign review",
        key="asked_of_entrants",
        find=form_in_review,
        templates={"body": "entries/_in_review.html"},
        queries=5,
    ),
    Part(
        page="campaign",
        key="entries",
        find=entries_on_campaign,
        templates={"head": "entries/_way_in.html", "aside": "entries/_on_campaign.html"},
        queries=0,
    ),
    Part(
        page="account",
        key="entries",
        find=entries_on_account,
        templates={"body": "entries/_on_account.html"},
        queries=1,
    ),
    Part(
        page="management",
        key="entries",
        find=entries_on_management,
        templates={"sections": "entries/_on_management.html"},
        queries=4,
    ),
)
