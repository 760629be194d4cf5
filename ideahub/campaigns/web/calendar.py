"""The handler for the calendar file of a challenge."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.calendar import calendar_file
from ideahub.campaigns.models import CampaignKind
from ideahub.campaigns.queries import find_campaign
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import PRIVATE, AnyRequest, vary
from ideahub.http.requests import config_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/challenges/{campaign_id:int}/calendar.ics", media_type="text/calendar")
async def show_calendar(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """All dates of a challenge, for whoever may see its page."""
    campaign = await find_campaign(db, viewer, campaign_id)
    if campaign.kind != CampaignKind.CHALLENGE:
        raise NotFound
    content = await calendar_file(db, campaign, config_of(request).public_url)
    headers = {
        "Cache-Control": PRIVATE,
        "Vary": vary(),
        "Content-Disposition": f'attachment; filename="challenge-{campaign.id}.ics"',
    }
    return Response(content, media_type="text/calendar", headers=headers)


ROUTES: list[ControllerRouterHandler] = [show_calendar]
