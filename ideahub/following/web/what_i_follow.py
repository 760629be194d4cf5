"""The handler for the page of what one follows."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.following.queries import (
    followed_campaigns,
    followed_hosts,
    followed_ideas,
    followed_people,
    followed_tags,
)
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query
from ideahub.ideas.stages import stage_choice


@get("/my-page/following")
async def what_i_follow(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    before: FromQuery[str] = "",
) -> Response[Any]:
    """All that the viewer follows, each with a button to stop."""
    viewer.must_sign_in()
    start = number_in_query(before)
    return page(
        request,
        viewer,
        "following/all.html",
        rooms=(f"own:{viewer.id}",),
        found=await followed_ideas(db, viewer, start),
        later=start is not None,
        campaigns=await followed_campaigns(db, viewer),
        hosts=await followed_hosts(db, viewer),
        people=await followed_people(db, viewer),
        tags=await followed_tags(db, viewer),
        stage_choice=stage_choice,
    )


ROUTES: list[ControllerRouterHandler] = [what_i_follow]
