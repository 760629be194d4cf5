"""The page of a campaign, with the parts of other features in its slots."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import card_of
from ideahub.campaigns.labels import accepts_words
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow, PhaseState, deciding_phase, phases_now
from ideahub.campaigns.queries import publisher_of
from ideahub.core.dates import moment
from ideahub.core.i18n import _
from ideahub.core.viewer import Role, Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context


async def campaign_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
) -> Response[bytes]:
    """The page of a campaign that the viewer may see."""
    phases = await phases_now(db, campaign.id)
    context: dict[str, Any] = {
        "campaign": campaign,
        "card": await card_of(db, campaign.id),
        "asked_by": await publisher_of(db, campaign),
        "phases": [shown_phase(phase) for phase in phases],
        "posting": deciding_phase(phases, Accepts.IDEAS),
        "manages": viewer.holds(Role.MANAGER, campaign.organisation_id),
    }
    slots = await fill_slots(part_context(request, db, viewer), "campaign", campaign)
    return page(
        request,
        viewer,
        "campaigns/show.html",
        rooms=(f"campaign:{campaign.id}",),
        **context,
        **slots.context,
    )


def shown_phase(phase: PhaseNow) -> dict[str, Any]:
    """The values of a phase for the timeline's template."""
    known = phase.state is not PhaseState.UNKNOWN
    return {
        "name": phase.name,
        "state": phase.state.value if known else PhaseState.COMING.value,
        "opens": moment(phase.opens_at, phase.timezone) if phase.opens_at else "",
        "closes": moment(phase.closes_at, phase.timezone) if phase.closes_at else "",
        "done": phase.done,
        "note": accepts_words(phase.accepts) if known else _("Dates unknown"),
    }
