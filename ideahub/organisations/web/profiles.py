"""The handler for the page of a person and of what they gave."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import Slots, fill_slots, part_context
from ideahub.organisations.profiles import Profile, profile_of


async def find_profile(
    request: AnyRequest, db: AsyncSession, viewer: Viewer, profile_id: int
) -> tuple[Profile, Slots]:
    """The profile, and what is shown on its page, as far as the viewer may see it.

    Each part says in "gave" whether the viewer sees this person's name beside something, and in
    "lists" whether it shows something here. Where none has anything, it raises NotFound: the viewer
    may not know of this person. Oneself one always finds.
    """
    found = await profile_of(db, profile_id)
    slots = await fill_slots(part_context(request, db, viewer), "profile", found)
    if viewer.id != found.id and not any(part["gave"] for part in slots.data.values()):
        raise NotFound
    return found, slots


@get("/profiles/{profile_id:int}")
async def profile(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    profile_id: FromPath[int],
) -> Response[Any]:
    """The page of a person with what they gave, as far as the viewer may see it."""
    found, slots = await find_profile(request, db, viewer, profile_id)
    listed = any(part["lists"] for part in slots.data.values())
    shown = {"profile": found, "given": listed, **slots.context}
    return page(request, viewer, "organisations/profile.html", **shown)


ROUTES: list[ControllerRouterHandler] = [profile]
