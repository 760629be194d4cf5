"""Handlers for what a judge has to score."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query
from ideahub.http.slots import fill_slots, part_context
from ideahub.judging.calibrating import samples_for
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.own_queue import HowFar, how_far, queue_page
from ideahub.judging.queries import OwnPanel, find_own_panel, own_panels

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/judging")
async def show_queue(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """All panels in which the viewer judges, with what is left to do in each."""
    viewer.must_sign_in()
    panels = await own_panels(db, viewer)
    known = await how_far(db, viewer)
    far = {own.panel.id: known.get(own.panel.id, HowFar()) for own in panels}
    rooms = dict.fromkeys(f"judges:{own.panel.campaign_id}" for own in panels[:6])
    waiting = [own for own in panels if not _is_through(own, far[own.panel.id])]
    slots = await fill_slots(part_context(request, db, viewer), "judge's queue", panels)
    return page(
        request,
        viewer,
        "judging/queue.html",
        rooms=tuple(rooms),
        waiting=waiting,
        finished=[own for own in panels if own not in waiting],
        far_of=far,
        **slots.context,
    )


@get("/judging/{panel_id:int}")
async def show_own_panel(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    panel_id: FromPath[int],
    after: FromQuery[str] = "",
) -> Response[bytes]:
    """A panel for one of its judges: their entries in their own order, a page at a time."""
    own = await find_own_panel(db, viewer, panel_id)
    place = number_in_query(after) or 0
    queue = await queue_page(db, viewer, panel_id, place) if own.may_read else None
    far = (await how_far(db, viewer)).get(panel_id, HowFar()) if own.may_read else HowFar()
    slots = await fill_slots(part_context(request, db, viewer), "judge's panel", own)
    shown: dict[str, Any] = {
        "own": own,
        "panel": own.panel,
        "queue": queue,
        "later": place > 0,
        "far": far,
        "next_id": far.next_in(own.panel),
        "criteria": await criteria_of(db, panel_id),
        "samples": await samples_for(db, own),
        "may_open_scores": own.panel.shares_scores and far.is_done and not own.scores_opened_at,
    }
    return page(
        request,
        viewer,
        "judging/own_panel.html",
        rooms=(f"judges:{own.panel.campaign_id}", *slots.rooms),
        **shown,
        **slots.context,
    )


def _is_through(own: OwnPanel, far: HowFar) -> bool:
    """Whether there is nothing left to do in a panel, nor will there be."""
    to_declare = (own.joined_late or own.reads_on) and not own.may_read
    return own.panel.is_over and not to_declare and far.next_in(own.panel) is None


ROUTES: list[ControllerRouterHandler] = [show_queue, show_own_panel]
