"""The handler for a campaign's Atom feed."""

from urllib.parse import urljoin

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_campaign
from ideahub.core.languages import language
from ideahub.core.text.cleaning import clean_text
from ideahub.core.viewer import Viewer
from ideahub.http.feeds import newest_entries
from ideahub.http.pages import PRIVATE, AnyRequest, etag_of, render, vary
from ideahub.http.requests import config_of
from ideahub.organisations.models import Organisation

ATOM = "application/atom+xml"


@get(["/challenges/{campaign_id:int}/feed.atom", "/idea-boxes/{campaign_id:int}/feed.atom"])
async def show_feed(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    campaign_id: FromPath[int],
) -> Response[bytes]:
    """What happened in the campaign, the newest first, for whoever may open its page; 304 where the
    reader has the same already."""
    campaign = await find_campaign(db, viewer, campaign_id)
    entries = await newest_entries(db, request.app.state.feeds, campaign)
    organisation = await db.get_one(Organisation, campaign.organisation_id)
    site = config_of(request).public_url
    text = render(
        "campaigns/feed.xml",
        campaign=campaign,
        organisation=organisation.name,
        page=urljoin(site, campaign.url),
        site=site,
        language=language(),
        updated=entries[0].updated if entries else campaign.created_at,
        entries=entries,
    )
    # Of what was imported, or written before, nobody knows that XML can carry it.
    text = clean_text(text)
    etag = etag_of(text, viewer.cursor)
    headers = {"Vary": vary(), "Cache-Control": PRIVATE, "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(text.encode(), media_type=f"{ATOM}; charset=utf-8", headers=headers)


ROUTES: list[ControllerRouterHandler] = [show_feed]
