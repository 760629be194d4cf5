"""Handlers for what a judge has to score."""

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
from ideahub.http.slots import fill_slots, part_context
from ideahub.judging.calibrating import samples_for
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.own_queue import HowFar, how_far, queue_page
from ideahub.judging.panels import lock_panel
from ideahub.judging.queries import OwnPanel, QueueEntry, find_own_panel, own_panels
from ideahub.judging.visibility import open_panel_scores

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/judging")
async def show_queue(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """All panels in which the viewer judges, with what is left to do in each."""
    viewer.must_sign_in()
    panels = await own_panels(db, viewer)
    far = await how_far(db, viewer)
    rooms = dict.fromkeys(f"judges:{own.panel.campaign_id}" for own in panels[:6])
    return page(
        request,
        viewer,
        "judging/queue.html",
        rooms=tuple(rooms),
        panels=panels,
        far={own.panel.id: far.get(own.panel.id, HowFar()) for own in panels},
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
        "criteria": await criteria_of(db, panel_id),
        "samples": await samples_for(db, own),
        "may_open_scores": _may_open(own, far),
    }
    return page(
        request,
        viewer,
        "judging/own_panel.html",
        rooms=(f"judges:{own.panel.campaign_id}", *slots.rooms),
        **shown,
        **slots.context,
    )


@post("/judging/{panel_id:int}/scores")
async def open_scores(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[Any]:
    """A judge chooses to see what the others gave: their own scorecards stay as they are."""
    own = await find_own_panel(db, viewer, panel_id)
    panel = await lock_panel(db, own.panel.id)
    await open_panel_scores(db, viewer, panel)
    return go_to(request, f"/judging/{panel_id}", _("You see what the others gave from now on."))


def next_open(entries: list[QueueEntry], after: int = 0) -> QueueEntry | None:
    """The next entry that is not finished: after this place, else from the beginning."""
    left = [entry for entry in entries if entry.final_at is None]
    later = [entry for entry in left if entry.place > after]
    return next(iter(later or left), None)


def _may_open(own: OwnPanel, far: HowFar) -> bool:
    finished = 0 < far.total == far.finished
    return own.panel.shares_scores and finished and own.scores_opened_at is None


ROUTES: list[ControllerRouterHandler] = [show_queue, show_own_panel, open_scores]
