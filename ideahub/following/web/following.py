"""Handlers for following an idea or a campaign, and for ending that."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import find_campaign
from ideahub.core.viewer import Viewer
from ideahub.following.following import Thing, follow, kind_of, unfollow
from ideahub.http.pages import AnyRequest, is_htmx, partial, see_other
from ideahub.ideas.queries import find_idea


@post("/ideas/{idea_id:int}/following")
async def begin(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    idea_id: FromPath[int],
) -> Response[Any]:
    """Makes the viewer follow the idea; answers with the new button or the idea's page."""
    idea = await find_idea(db, viewer, idea_id)
    await follow(db, viewer, idea)
    return _answer(request, idea, follows=True)


@post("/ideas/{idea_id:int}/following/withdrawal")
async def cease(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    idea_id: FromPath[int],
) -> Response[Any]:
    """Ends the viewer's following; answers with the new button or the idea's page."""
    idea = await find_idea(db, viewer, idea_id)
    await unfollow(db, viewer, idea)
    return _answer(request, idea, follows=False)


@post(["/challenges/{campaign_id:int}/following", "/idea-boxes/{campaign_id:int}/following"])
async def begin_campaign(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    campaign_id: FromPath[int],
) -> Response[Any]:
    """Makes the viewer follow the campaign; answers with the new button or the campaign's page."""
    campaign = await find_campaign(db, viewer, campaign_id)
    await follow(db, viewer, campaign)
    return _answer(request, campaign, follows=True)


@post(
    [
        "/challenges/{campaign_id:int}/following/withdrawal",
        "/idea-boxes/{campaign_id:int}/following/withdrawal",
    ]
)
async def cease_campaign(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    campaign_id: FromPath[int],
) -> Response[Any]:
    """Ends the viewer's following; answers with the new button or the campaign's page."""
    campaign = await find_campaign(db, viewer, campaign_id)
    await unfollow(db, viewer, campaign)
    return _answer(request, campaign, follows=False)


def _answer(request: AnyRequest, thing: Thing, *, follows: bool) -> Response[Any]:
    if not is_htmx(request):
        return see_other(thing.url)
    is_open = thing.is_published if isinstance(thing, Campaign) else thing.is_listed
    return partial(
        "following/_button.html",
        what=kind_of(thing).key,
        number=thing.id,
        url=thing.url,
        is_open=is_open,
        follows=follows,
    )


ROUTES: list[ControllerRouterHandler] = [begin, cease, begin_campaign, cease_campaign]
