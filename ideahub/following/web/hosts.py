"""The handler for the page of an organisation: what it asks, and the ways to what became of it."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Role, Viewer
from ideahub.following.following import ORGANISATIONS, followers_of, follows
from ideahub.following.hosts import asked_by
from ideahub.following.things import find_host
from ideahub.following.web.buttons import button_of
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context
from ideahub.responses.answer_lists import AnswersOf, answers_in


@get("/organisations/{body_id:int}")
async def host(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    body_id: FromPath[int],
) -> Response[Any]:
    """The challenges and idea boxes of an organisation, as far as the viewer may see them."""
    found = await find_host(db, viewer, body_id)
    slots = await fill_slots(part_context(request, db, viewer), "organisation", found.id)
    answers = await answers_in(db, viewer, AnswersOf(organisation_id=found.id), most=1)
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
        has_answers=bool(answers.rows),
        changes=viewer.holds(Role.ADMIN, found.id),
        **slots.context,
    )


ROUTES: list[ControllerRouterHandler] = [host]
