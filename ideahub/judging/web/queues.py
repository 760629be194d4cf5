"""Handlers for what a judge has to score."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import fill_slots, part_context
from ideahub.judging.calibrating import samples_for
from ideahub.judging.criterion_view import criteria_of
from ideahub.judging.panels import PanelView
from ideahub.judging.queries import OwnPanel, QueueEntry, find_own_panel, own_panels, queue_of
from ideahub.judging.web.paging import part_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
AT_ONCE = 100


@get("/judging")
async def show_queue(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """All panels in which the viewer judges, with what is left to do in each."""
    viewer.must_sign_in()
    panels = await own_panels(db, viewer)
    queues: dict[int, list[QueueEntry]] = {own.panel.id: [] for own in panels}
    for entry in await queue_of(db, viewer):
        queues[entry.panel_id].append(entry)
    rooms = dict.fromkeys(f"judges:{own.panel.campaign_id}" for own in panels[:6])
    waiting = [own for own in panels if not _is_through(own, queues[own.panel.id])]
    slots = await fill_slots(part_context(request, db, viewer), "judge's queue", panels)
    return page(
        request,
        viewer,
        "judging/queue.html",
        rooms=tuple(rooms),
        waiting=waiting,
        finished=[own for own in panels if own not in waiting],
        queues=queues,
        next_entries={own.panel.id: next_open(own.panel, queues[own.panel.id]) for own in waiting},
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
    """A panel for one of its judges: their entries in their own order."""
    own = await find_own_panel(db, viewer, panel_id)
    entries = await queue_of(db, viewer, panel_id) if own.may_read else []
    listed, more = part_of(entries, after, AT_ONCE)
    slots = await fill_slots(part_context(request, db, viewer), "judge's panel", own)
    shown: dict[str, Any] = {
        "own": own,
        "panel": own.panel,
        "entries": entries,
        "listed": listed,
        "after": after,
        "more": more,
        "next_entry": next_open(own.panel, entries),
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


def next_open(panel: PanelView, entries: list[QueueEntry], after: int = 0) -> QueueEntry | None:
    """The next entry that can be scored and is not finished: after this place, else from the
    beginning."""
    left = [entry for entry in entries if entry.final_at is None and entry.is_open(panel)]
    later = [entry for entry in left if entry.place > after]
    return next(iter(later or left), None)


def _is_through(own: OwnPanel, entries: list[QueueEntry]) -> bool:
    """Whether there is nothing left to do in a panel, nor will there be."""
    to_declare = (own.joined_late or own.reads_on) and not own.may_read
    return own.panel.is_over and not to_declare and next_open(own.panel, entries) is None


def _may_open(own: OwnPanel, entries: list[QueueEntry]) -> bool:
    finished = bool(entries) and all(entry.final_at for entry in entries)
    return own.panel.shares_scores and finished and own.scores_opened_at is None


ROUTES: list[ControllerRouterHandler] = [show_queue, show_own_panel]
