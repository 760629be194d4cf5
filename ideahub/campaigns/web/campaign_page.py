"""The page of a campaign, with the parts of other features in its slots."""

from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import card_and_publisher
from ideahub.campaigns.models import Accepts, Campaign, CampaignKind
from ideahub.campaigns.phases import deciding_phase, phases_now
from ideahub.campaigns.prizes import sums_in_words, sums_of
from ideahub.campaigns.shown import ShownCampaign
from ideahub.campaigns.terms import NO_TERMS, terms_of
from ideahub.campaigns.web.changes import changes_context
from ideahub.campaigns.web.schedule import schedule_context
from ideahub.core.viewer import Role, Viewer
from ideahub.http.own_parts import shared_viewer
from ideahub.http.pages import AnyRequest
from ideahub.http.shared_pages import shared_page
from ideahub.http.slots import fill_slots, part_context


async def campaign_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
) -> Response[bytes]:
    """The page of a campaign that the viewer may see."""
    # A draft's managers see at once what another of them changes.
    seen_by = shared_viewer(viewer) if campaign.is_published else viewer
    phases = await phases_now(db, campaign.id)
    # An idea box has none of what these are about.
    has_terms = campaign.kind == CampaignKind.CHALLENGE
    terms = await terms_of(db, campaign.id) if has_terms else NO_TERMS
    card, publisher = await card_and_publisher(db, campaign.id)
    context: dict[str, Any] = {
        "campaign": campaign,
        "card": card,
        "asked_by": publisher,
        **schedule_context(phases),
        **await changes_context(db, campaign.id),
        "terms": terms,
        "prize_sums": sums_in_words(sums_of(terms.prizes)),
        "posting": deciding_phase(phases, Accepts.IDEAS),
        "manages": viewer.holds(Role.MANAGER, campaign.organisation_id),
    }
    shown = ShownCampaign(campaign, phases)
    slots = await fill_slots(part_context(request, db, seen_by), "campaign", shown)
    return await shared_page(
        request,
        db,
        seen_by,
        "campaigns/show.html",
        rooms=(f"campaign:{campaign.id}",),
        changed_in=(f"campaign:{campaign.id}",),
        **context,
        **slots.context,
    )
