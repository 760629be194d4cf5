"""Handlers for the exports of a panel. Each download is allowed or refused by itself."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.fresh_proofs import NEEDS_PROOF
from ideahub.http.pages import AnyRequest, page
from ideahub.http.requests import database_of
from ideahub.judging.models import Panel
from ideahub.judging.panels import find_managed_panel_row
from ideahub.results.exporting.decisions import decisions_export
from ideahub.results.exporting.entries import entries_export
from ideahub.results.exporting.reading import Export
from ideahub.results.exporting.run_places import runs_export
from ideahub.results.exporting.scores import scores_export
from ideahub.results.exporting.writing import MEDIA_TYPES, FileFormat, written
from ideahub.results.web.managing import results_room, state_of

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
ALL = "/management/{campaign_id:int}/results/{panel_id:int}/exports"


class ExportKind(StrEnum):
    """What can be exported."""

    ENTRIES = "entries"
    SCORES = "scores"
    DECISIONS = "decisions"
    RUNS = "runs"


@get(ALL, opt=NEEDS_PROOF)
async def show_exports(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
) -> Response[bytes]:
    """The list of exports."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    return page(
        request,
        viewer,
        "results/exports.html",
        rooms=results_room(campaign),
        campaign=campaign,
        panel=panel,
        state=await state_of(db, campaign.id, panel.id),
        formats=[(one.value, one.value.upper()) for one in FileFormat],
    )


@get(ALL + "/{file_name:str}", opt=NEEDS_PROOF)
async def download(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    campaign_id: FromPath[int],
    panel_id: FromPath[int],
    file_name: FromPath[str],
) -> Response[Any]:
    """An export, such as entries.csv; scores only once the panel is closed, as on every page."""
    campaign, panel = await find_managed_panel_row(db, viewer, campaign_id, panel_id)
    kind, as_format = _read_name(file_name)
    if panel.closed_at is None and kind is not ExportKind.ENTRIES:
        raise NotFound
    export = await MAKE[kind](db, panel)
    today = datetime.now(UTC).date().isoformat()
    name = f"{kind.value}-{campaign.id}-{panel.id}-{today}.{as_format.value}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    pieces = written(database_of(request), export, as_format)
    return Stream(pieces, media_type=MEDIA_TYPES[as_format], headers=headers)


def _read_name(file_name: str) -> tuple[ExportKind, FileFormat]:
    kind, _dot, ending = file_name.partition(".")
    if kind not in set(ExportKind) or ending not in set(FileFormat):
        raise NotFound
    return ExportKind(kind), FileFormat(ending)


async def _scores(_db: AsyncSession, panel: Panel) -> Export:
    return scores_export(panel)


async def _decisions(_db: AsyncSession, panel: Panel) -> Export:
    return decisions_export(panel)


async def _runs(_db: AsyncSession, panel: Panel) -> Export:
    return runs_export(panel)


MAKE: dict[ExportKind, Callable[[AsyncSession, Panel], Awaitable[Export]]] = {
    ExportKind.ENTRIES: entries_export,
    ExportKind.SCORES: _scores,
    ExportKind.DECISIONS: _decisions,
    ExportKind.RUNS: _runs,
}
ROUTES: list[ControllerRouterHandler] = [show_exports, download]
