"""The handler for a leader's track record, and its part on the page of a person."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.desk.record import pledges_page, record_of
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import Part, PartContext
from ideahub.organisations.profiles import Profile, profile_of


@get("/profiles/{person_id:int}/record")
async def show_record(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    person_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[Any]:
    """What somebody promised, gave and answered; raises NotFound where the viewer may see nothing
    of it, except for oneself."""
    record = await record_of(db, viewer, person_id)
    if record.is_empty and viewer.id != person_id:
        raise NotFound
    pledges, following = await pledges_page(db, viewer, person_id, after)
    return page(
        request,
        viewer,
        "desk/record.html",
        profile=await profile_of(db, person_id),
        record=record,
        pledges=pledges,
        following=following,
        after=after,
    )


async def record_on_profile(context: PartContext, profile: Profile) -> dict[str, Any]:
    """The figures of somebody's record, as far as the viewer may see it."""
    record = await record_of(context.db, context.viewer, profile.id)
    there = not record.is_empty
    return {"record": record, "gave": there, "lists": there}


RECORD_PART = Part(
    page="profile",
    key="desk",
    find=record_on_profile,
    templates={"body": "desk/_record_on_profile.html"},
    queries=2,
)
ROUTES: list[ControllerRouterHandler] = [show_record]
