"""The page of a challenge or idea box, with what higher features add to it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litestar import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Person, Role
from ideahub.accounts.viewing import Viewer
from ideahub.campaigns.models import Accepts, Campaign
from ideahub.campaigns.phases import PhaseNow, PhaseState, chance, phases_now
from ideahub.campaigns.standing import card_of
from ideahub.campaigns.wording import accepts_words
from ideahub.dates import moment
from ideahub.i18n import _
from ideahub.pages import AnyRequest, page

CampaignPart = Callable[[AsyncSession, Viewer, Campaign], Awaitable[dict[str, Any]]]


async def campaign_page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    campaign: Campaign,
    *,
    status: int = 200,
    **overrides: Any,
) -> Response[bytes]:
    """The page of a challenge or idea box; `overrides` replace what its parts give."""
    phases = await phases_now(db, campaign.id)
    context: dict[str, Any] = {
        "campaign": campaign,
        "card": await card_of(db, campaign.id),
        "asked_by": await _asked_by(db, campaign),
        "phases": [shown_phase(one) for one in phases],
        "posting": chance(phases, Accepts.IDEAS),
        "manages": viewer.holds(Role.MANAGER, campaign.organisation_id),
    }
    parts: Sequence[CampaignPart] = getattr(request.app.state, "campaign_parts", ())
    for part in parts:
        context |= await part(db, viewer, campaign)
    return page(
        request,
        viewer,
        "campaigns/show.html",
        status=status,
        rooms=(f"campaign:{campaign.id}",),
        **context | overrides,
    )


def shown_phase(phase: PhaseNow) -> dict[str, Any]:
    """A phase as the timeline shows it."""
    known = phase.state is not PhaseState.UNKNOWN
    return {
        "name": phase.name,
        "state": phase.state.value if known else PhaseState.COMING.value,
        "opens": moment(phase.opens_at, phase.timezone) if phase.opens_at else "",
        "closes": moment(phase.closes_at, phase.timezone) if phase.closes_at else "",
        "done": phase.done,
        "note": accepts_words(phase.accepts) if known else _("Dates unknown"),
    }


async def _asked_by(db: AsyncSession, campaign: Campaign) -> Person | None:
    if campaign.published_by is None:
        return None
    return await db.scalar(select(Person).where(Person.id == campaign.published_by))
