"""Handlers for following a thing, and for ending that."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.queries import find_campaign
from ideahub.core.viewer import Viewer
from ideahub.following.following import Thing, follow, unfollow
from ideahub.following.things import find_host, find_tag
from ideahub.following.web.buttons import button_of
from ideahub.http.pages import AnyRequest, is_htmx, page_before, partial, see_other
from ideahub.ideas.queries import find_idea
from ideahub.organisations.web.profiles import find_profile

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
# Finds the thing with this number, through the viewer; raises NotFound.
Find = Callable[[AnyRequest, AsyncSession, Viewer, int], Awaitable[Thing]]


async def _idea(_request: AnyRequest, db: AsyncSession, viewer: Viewer, number: int) -> Thing:
    return await find_idea(db, viewer, number)


async def _campaign(_request: AnyRequest, db: AsyncSession, viewer: Viewer, number: int) -> Thing:
    return await find_campaign(db, viewer, number)


async def _host(_request: AnyRequest, db: AsyncSession, viewer: Viewer, number: int) -> Thing:
    return await find_host(db, viewer, number)


async def _person(request: AnyRequest, db: AsyncSession, viewer: Viewer, number: int) -> Thing:
    viewer.must_sign_in()
    profile, _slots = await find_profile(request, db, viewer, number)
    return profile


def _handlers(addresses: Sequence[str], find: Find) -> list[ControllerRouterHandler]:
    """The handlers that begin and end the following of the things at these addresses."""

    async def begin(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
        thing = await find(request, db, viewer, _number(request))
        await follow(db, viewer, thing)
        return _answer(request, thing, follows=True)

    async def cease(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
        thing = await find(request, db, viewer, _number(request))
        await unfollow(db, viewer, thing)
        return _answer(request, thing, follows=False)

    ends = [f"{address}/following/withdrawal" for address in addresses]
    return [
        post([f"{address}/following" for address in addresses])(begin),
        post(ends)(cease),
    ]


def _number(request: AnyRequest) -> int:
    # The parameter is called as elsewhere what it names, so it differs by the kind of thing.
    (number,) = request.path_params.values()
    return int(number)


@post("/tags/following")
async def begin_tag(
    request: AnyRequest, db: Db, viewer: CurrentViewer, tag: FromQuery[str]
) -> Response[Any]:
    """Makes the viewer follow the tag; answers with the new button or the tag's list."""
    thing = find_tag(tag)
    await follow(db, viewer, thing)
    return _answer(request, thing, follows=True)


@post("/tags/following/withdrawal")
async def cease_tag(
    request: AnyRequest, db: Db, viewer: CurrentViewer, tag: FromQuery[str]
) -> Response[Any]:
    """Ends the viewer's following; answers with the new button or the tag's list."""
    thing = find_tag(tag)
    await unfollow(db, viewer, thing)
    return _answer(request, thing, follows=False)


def _answer(request: AnyRequest, thing: Thing, *, follows: bool) -> Response[Any]:
    if not is_htmx(request):
        return see_other(_place(request, thing))
    return partial("following/_button.html", follows=follows, **button_of(thing))


def _place(request: AnyRequest, thing: Thing) -> str:
    # Those who press it elsewhere, such as on the list of what they follow, stay there.
    before = page_before(request)
    return thing.url if before == "/" else before


ROUTES: list[ControllerRouterHandler] = [
    *_handlers(["/ideas/{idea_id:int}"], _idea),
    *_handlers(["/challenges/{campaign_id:int}", "/idea-boxes/{campaign_id:int}"], _campaign),
    *_handlers(["/organisations/{body_id:int}"], _host),
    *_handlers(["/profiles/{profile_id:int}"], _person),
    begin_tag,
    cease_tag,
]
