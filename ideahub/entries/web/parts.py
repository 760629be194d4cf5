"""The parts of entries on the pages of challenges and ideas, of managers, and of one's account."""

from typing import Any

from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from ideahub.campaigns.phases import deciding_phase
from ideahub.campaigns.rounds import invited_words
from ideahub.campaigns.shown import ShownCampaign
from ideahub.core.viewer import SharedViewer
from ideahub.entries.by_invitation import next_round, open_to_all
from ideahub.entries.designing_form import phases_for_entries
from ideahub.entries.form_versions import form_in_use
from ideahub.entries.idea_entries import entries_of_idea, phases_open_for
from ideahub.entries.labels import open_phase_words
from ideahub.entries.managing import count_entries
from ideahub.http.slots import Part, PartContext
from ideahub.ideas.queries import IdeaView, is_author

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


async def entries_on_idea(context: PartContext, idea: IdeaView) -> dict[str, Any]:
    """Where the idea was entered, and for its authors where they can enter it. Authors and those
    with roles are shown a page of their own; what is shared by all others says nothing of it."""
    viewer = context.viewer
    if not viewer.signed_in or isinstance(viewer, SharedViewer):
        return {"made": (), "phases": ()}
    author = await is_author(context.db, viewer, idea)
    made = await entries_of_idea(context.db, viewer, idea, is_author=author)
    may_enter = author and idea.is_listed
    phases = await phases_open_for(context.db, viewer, idea) if may_enter else []
    choices = [(one.phase_id, open_phase_words(one)) for one in phases]
    return {"made": made, "phases": phases, "choices": choices}


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
        page="idea",
        key="entries",
        find=entries_on_idea,
        templates={"aside": "entries/_on_idea.html"},
        queries=3,
    ),
    Part(
        page="management",
        key="entries",
        find=entries_on_management,
        templates={"sections": "entries/_on_management.html"},
        queries=4,
    ),
)
