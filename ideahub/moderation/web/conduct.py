"""Handlers for reading rules of conduct: those that hold now, and each version as it read."""

from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.askers import find_asker
from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_campaign
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.moderation.conduct import Conduct, conduct_of
from ideahub.moderation.conduct_versions import find_version, versions_of
from ideahub.organisations.models import Organisation

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
OF_CAMPAIGN = [
    "/challenges/{campaign_id:int}/conduct",
    "/idea-boxes/{campaign_id:int}/conduct",
]


@get("/conduct")
async def show_conduct(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """The rules of conduct of the site."""
    return await _page(request, db, viewer, await conduct_of(db, None, None))


@get("/conduct/organisations/{body_id:int}")
async def show_conduct_of_organisation(
    request: AnyRequest, db: Db, viewer: CurrentViewer, body_id: FromPath[int]
) -> Response[bytes]:
    """Those that hold in what an organisation asks, where that has no rules of its own."""
    organisation = await find_asker(db, viewer, body_id)
    conduct = await conduct_of(db, None, organisation.id)
    return await _page(request, db, viewer, conduct, organisation=organisation)


@get(OF_CAMPAIGN)
async def show_conduct_of_campaign(
    request: AnyRequest, db: Db, viewer: CurrentViewer, campaign_id: FromPath[int]
) -> Response[bytes]:
    """Those that hold in a campaign."""
    campaign = await find_campaign(db, viewer, campaign_id)
    conduct = await conduct_of(db, campaign.id, campaign.organisation_id)
    return await _page(request, db, viewer, conduct, campaign=campaign)


@get("/conduct/versions/{version_id:int}")
async def show_version(
    request: AnyRequest, db: Db, viewer: CurrentViewer, version_id: FromPath[int]
) -> Response[bytes]:
    """A version, as it read until the next one."""
    version, conduct = await find_version(db, version_id)
    campaign = await find_campaign(db, viewer, version.campaign_id) if version.campaign_id else None
    organisation = None
    if version.organisation_id:
        organisation = await find_asker(db, viewer, version.organisation_id)
    return await _page(
        request,
        db,
        viewer,
        conduct,
        campaign=campaign,
        organisation=organisation,
        since=version.created_at,
    )


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    viewer: Viewer,
    conduct: Conduct,
    *,
    campaign: Campaign | None = None,
    organisation: Organisation | None = None,
    since: datetime | None = None,
) -> Response[bytes]:
    return page(
        request,
        viewer,
        "moderation/conduct.html",
        conduct=conduct,
        campaign=campaign,
        organisation=organisation,
        versions=await versions_of(db, conduct),
        since=since,
    )


ROUTES: list[ControllerRouterHandler] = [
    show_conduct,
    show_conduct_of_organisation,
    show_conduct_of_campaign,
    show_version,
]
