"""Handlers for what the other judges gave, once a judge has finished and chose to look."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.query_numbers import number_in_query
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.own_queue import queue_page
from ideahub.judging.peer_scores import compared, must_see_peers
from ideahub.judging.queries import find_own_panel
from ideahub.judging.visibility import open_panel_scores

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
AT_ONCE = 20


@post("/judging/{panel_id:int}/scores")
async def open_scores(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[Any]:
    """A judge chooses to see what the others gave: their own scorecards stay as they are."""
    own = await find_own_panel(db, viewer, panel_id)
    await open_panel_scores(db, viewer, own.panel.id)
    done = _("This is what the others gave. Your own scorecards stay as they are.")
    return go_to(request, f"/judging/{panel_id}/scores", done)


@get("/judging/{panel_id:int}/scores")
async def show_scores(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """What all judges gave to the entries that this judge has scored."""
    own = await find_own_panel(db, viewer, panel_id)
    await must_see_peers(db, viewer, own)
    place = number_in_query(after) or 0
    queue = await queue_page(db, viewer, panel_id, place, AT_ONCE)
    return page(
        request,
        viewer,
        "judging/peers.html",
        rooms=(f"judges:{own.panel.campaign_id}", f"peers:{panel_id}"),
        own=own,
        panel=own.panel,
        criteria=await criteria_of(db, panel_id),
        compared=await compared(db, own, queue.entries),
        after=queue.after,
        later=place > 0,
    )


ROUTES: list[ControllerRouterHandler] = [open_scores, show_scores]
