"""Handlers for what a judge has to score."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, go_to, page
from ideahub.http.slots import fill_slots, part_context
from ideahub.judging.calibrating import samples_for
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.panels import lock_panel
from ideahub.judging.queries import OwnPanel, QueueEntry, find_own_panel, own_panels, queue_of
from ideahub.judging.visibility import open_panel_scores

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/judging")
async def show_queue(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """All panels in which the viewer judges, with what is left to do in each."""
    viewer.must_sign_in()
    panels = await own_panels(db, viewer)
    queues: dict[int, list[QueueEntry]] = {own.panel.id: [] for own in panels}
    for entry in await queue_of(db, viewer):
        queues[entry.panel_id].append(entry)
    rooms = dict.fromkeys(f"judges:{own.panel.campaign_id}" for own in panels[:6])
    return page(
        request, viewer, "judging/queue.html", rooms=tuple(rooms), panels=panels, queues=queues
    )


@get("/judging/{panel_id:int}")
async def show_own_panel(
    request: AnyRequest, db: Db, viewer: CurrentViewer, panel_id: FromPath[int]
) -> Response[bytes]:
    """A panel for one of its judges: their entries in their own order."""
    own = await find_own_panel(db, viewer, panel_id)
    entries = await queue_of(db, viewer, panel_id) if own.may_read else []
    slots = await fill_slots(part_context(request, db, viewer), "judge's panel", own)
    shown: dict[str, Any] = {
        "own": own,
        "panel": own.panel,
        "entries": entries,
        "next_entry": next_open(entries),
        "criteria": await criteria_of(db, panel_id),
        "samples": await samples_for(db, own),
        "may_open_scores": _may_open(own, entries),
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


def _may_open(own: OwnPanel, entries: list[QueueEntry]) -> bool:
    finished = bool(entries) and all(entry.final_at for entry in entries)
    return own.panel.shares_scores and finished and own.scores_opened_at is None


ROUTES: list[ControllerRouterHandler] = [show_queue, show_own_panel, open_scores]
