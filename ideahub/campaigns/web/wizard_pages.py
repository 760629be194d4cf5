"""The pages of the steps of setting up a campaign, each with what is still missing."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.checking import advice, missing, steps_of
from ideahub.campaigns.drafting import begins_gently, gentle_question
from ideahub.campaigns.labels import audience_choices, field_labels, step_labels
from ideahub.campaigns.local_time import offered_zones
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.phases import phases_now
from ideahub.campaigns.web.schedule import schedule_context, schedule_meaning
from ideahub.core.i18n import _
from ideahub.core.text.diff import Piece, word_diff
from ideahub.core.viewer import Viewer
from ideahub.http.forms import Form
from ideahub.http.pages import AnyRequest, page
from ideahub.http.receiving import sent_form
from ideahub.organisations.models import Organisation

LONGEST_FINGERPRINT = 40


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
    labels = step_labels()
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    shell: dict[str, Any] = {
        "campaign": campaign,
        "organisation": organisation.name,
        "seen_by": seen_by(campaign.audience, organisation.name),
        "step": step,
        "steps": [(each_step.value, labels[each_step]) for each_step in steps_of(campaign.kind)],
        "lacks": missing(campaign, phases),
        "advice": advice(campaign),
        **schedule_context(phases),
        **schedule_meaning(phases),
        "zones": offered_zones(),
        "audiences": audience_choices(organisation.name),
        "gentle": begins_gently(campaign.question),
        "gentler": gentle_question(campaign.question),
        "refused": False,
        "draft_key": draft_key(campaign, step),
        "restored": False,
        "seen": "",
        "newer": [],
    }
    template = f"campaigns/edit_{step}.html"
    rooms = (f"campaign:{campaign.id}",)
    return page(request, viewer, template, status=status, rooms=rooms, **shell | context)


def draft_key(campaign: Campaign, step: str) -> str:
    """The name of a step's form among drafts."""
    return f"campaign-{step}-{campaign.id}"


def sent_fingerprint(request: AnyRequest) -> str:
    """The fingerprint of the step when the sent form was opened; empty where it has none."""
    return str(sent_form(request).get("seen", ""))[:LONGEST_FINGERPRINT]


class OvertakenField(NamedTuple):
    """A field that somebody else changed meanwhile: its stored text, and the difference from it
    to what was typed."""

    name: str
    label: str
    stored: str
    pieces: list[Piece]


async def overtaken_fields(
    campaign: Campaign, form: Form[Any], names: Sequence[str]
) -> list[OvertakenField]:
    """The stored and the typed text of each of these fields."""
    labels = field_labels()
    texts = [
        (_in_words(getattr(campaign, name)), _in_words(getattr(form.values, name)))
        for name in names
    ]
    # Comparing long texts takes a while, and would block the event loop.
    compared = await asyncio.to_thread(lambda: [word_diff(*pair) for pair in texts])
    return [
        OvertakenField(name, labels[name], stored, pieces)
        for name, (stored, _typed), pieces in zip(names, texts, compared, strict=True)
    ]


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    audiences = {choice["value"]: choice["label"] for choice in audience_choices()}
    return "\n".join(value) if isinstance(value, list) else audiences.get(value, str(value))


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
