"""The handler for the public page of an organisation: what it asks."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.following.following import ORGANISATIONS, followers_of, follows
from ideahub.following.hosts import asked_by
from ideahub.following.things import find_host
from ideahub.following.web.buttons import button_of
from ideahub.http.pages import AnyRequest, page


@get("/hosts/{body_id:int}")
async def host(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    body_id: FromPath[int],
) -> Response[Any]:
    """The challenges and idea boxes of an organisation, as far as the viewer may see them."""
    found = await find_host(db, viewer, body_id)
    is_followed = viewer.signed_in and await follows(db, viewer, ORGANISATIONS, found.id)
    return page(
        request,
        viewer,
        "following/host.html",
        rooms=(f"host:{found.id}",),
        host=found,
        asked=await asked_by(db, viewer, found.id),
        followers=await followers_of(db, ORGANISATIONS, found.id),
        follows=is_followed,
        button=button_of(found),
    )


ROUTES: list[ControllerRouterHandler] = [host]
