"""The pages of the steps of setting up a campaign, each with what is still missing."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import draft_seen_by, seen_by
from ideahub.campaigns.checking import WizardStep, advice, steps_of
from ideahub.campaigns.drafting import begins_gently, gentle_question
from ideahub.campaigns.labels import audience_choices, field_labels, step_labels
from ideahub.campaigns.lacking import by_section, lacks_of
from ideahub.campaigns.local_time import offered_zones
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.templates import TEMPLATES
from ideahub.campaigns.web.overview import source_of
from ideahub.campaigns.web.schedule import schedule_context, schedule_meaning
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.receiving import sent_form
from ideahub.organisations.models import Organisation

LONGEST_FINGERPRINT = 40
# The variables of a page whose form nobody has sent or begun.
UNSENT: dict[str, Any] = {
    "refusal": "",
    "restored": False,
    "seen": "",
    "overtaken": None,
    "why": None,
}


async def wizard_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    step: str,
    *,
    status: int = 200,
    **context: Any,
) -> Response[bytes]:
    """The page of one step; `context` has the variables of its own template."""
    phases = await phases_now(db, campaign.id)
    lacks = await lacks_of(db, campaign, phases)
    labels = step_labels()
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    shell: dict[str, Any] = {
        "campaign": campaign,
        "organisation": organisation.name,
        **_who_sees_it(campaign, organisation, step),
        "source": await source_of(db, campaign),
        "prompts": prompts_of(campaign),
        "step": step,
        "steps": [(each_step.value, labels[each_step]) for each_step in steps_of(campaign.kind)],
        "lacks": lacks.needed,
        "lack_sections": by_section(lacks.needed, phases),
        "later_sections": by_section(lacks.later, phases),
        "advice": advice(campaign),
        **schedule_context(phases),
        **schedule_meaning(phases),
        "zones": offered_zones(),
        "audiences": audience_choices(organisation.name),
        "gentle": begins_gently(campaign.question),
        "gentler": gentle_question(campaign.question),
        "draft_key": draft_key(campaign, step),
        "labels": field_labels(),
        **UNSENT,
    }
    template = f"campaigns/edit_{step}.html"
    rooms = (f"campaign:{campaign.id}",)
    return page(request, viewer, template, status=status, rooms=rooms, **shell | context)


def _who_sees_it(campaign: Campaign, organisation: Organisation, step: str) -> dict[str, str]:
    told = seen_by(campaign.audience, organisation.name)
    # The step of the audience says itself who sees it then.
    later = "" if step == WizardStep.BASICS else told
    return {"seen_by": told, "draft_seen_by": draft_seen_by(later)}


def prompts_of(campaign: Campaign) -> dict[str, str]:
    """The questions that its template asks the manager, by the name of a field."""
    template = TEMPLATES.get(campaign.template)
    return {name: _(prompt) for name, prompt in template.prompts.items()} if template else {}


def draft_key(campaign: Campaign, step: str) -> str:
    """The name of a step's form among drafts."""
    return f"campaign-{step}-{campaign.id}"


def sent_fingerprint(request: AnyRequest) -> str:
    """The fingerprint of the step when the sent form was opened; empty where it has none."""
    return str(sent_form(request).get("seen", ""))[:LONGEST_FINGERPRINT]


def in_words(name: str, typed: Any) -> str:
    """The text of a field of a step as people read it."""
    if name in {"allows_pseudonyms", "entries_elsewhere"}:
        return _("Yes") if typed else _("No")
    if name == "audience":
        return {one["value"]: one["label"] for one in audience_choices()}.get(typed, str(typed))
    return "\n".join(typed) if isinstance(typed, list) else str(typed)


def next_step(campaign: Campaign, step: str) -> str:
    """The step after this one; for the last one itself."""
    steps = [each_step.value for each_step in steps_of(campaign.kind)]
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


async def saved(db: AsyncSession, campaign: Campaign) -> str:
    """The notice after saving a step."""
    if not campaign.published_at:
        return _("Draft saved.")
    asks = await db.get_one(Organisation, campaign.organisation_id)
    told = seen_by(campaign.audience, asks.name)
    return _("Saved. The change is on its page now. %(seen_by)s", seen_by=told)
