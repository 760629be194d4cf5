"""The handler for the page of contributions with one text."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.form_letters.contribution_queries import contributions_like
from ideahub.form_letters.labels import who_sent
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query


@get("/contributions/{contribution_id:int}/letters")
async def show_contributions(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    contribution_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """The contributions with nearly the same text as this one, and how many people sent them."""
    place = number_in_query(after)
    found = await contributions_like(db, viewer, contribution_id, place)
    return page(
        request,
        viewer,
        "form_letters/contributions.html",
        rooms=(f"idea:{found.idea.id}",),
        changed_in=found.idea.rooms,
        found=found,
        later=place is not None,
        who_sent=who_sent,
    )


ROUTES: list[ControllerRouterHandler] = [show_contributions]
