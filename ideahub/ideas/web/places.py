"""Where a new idea can be posted, who sees it there, and why not where somebody came from."""

from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.audience import seen_by
from ideahub.campaigns.choosing import OpenCampaign, open_for_ideas
from ideahub.campaigns.models import Audience
from ideahub.campaigns.phases import why_no_ideas
from ideahub.campaigns.queries import find_campaign
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.slots import PartContext, fill_slots
from ideahub.ideas.queries import IdeaView


class ClosedCall(NamedTuple):
    """A call that somebody wanted to answer and that takes no ideas now, with the reason."""

    title: str
    why: str


async def places_for(
    context: PartContext, idea: IdeaView | None, within: int | None
) -> dict[str, Any]:
    """The variables of the form of an idea about its places, with the parts of other features.

    `idea` is the one that is changed, None for a new one; `within` is the campaign that the viewer
    came from. Raises NotFound where the viewer may not see that.
    """
    db, viewer = context.db, context.viewer
    places = [] if idea else await open_for_ideas(db, viewer)
    asked = [idea.campaign_id] if idea else [place.id for place in places]
    slots = await fill_slots(context, "idea form", asked)
    return {
        "places": places,
        "closed": await _closed_call(db, viewer, within, places),
        "audiences": {audience.value: seen_by(audience) for audience in Audience},
        **slots.context,
    }


async def _closed_call(
    db: AsyncSession, viewer: Viewer, within: int | None, places: list[OpenCampaign]
) -> ClosedCall | None:
    if within is None or any(place.id == within for place in places):
        return None
    campaign = await find_campaign(db, viewer, within)
    elsewhere = (
        _("You can post your idea in one of the places below.")
        if places
        else _("Nothing else takes ideas just now.")
    )
    why = await why_no_ideas(db, campaign.id)
    return ClosedCall(campaign.heading, f"{why} {elsewhere}")
