"""Handlers for the desk: what waits for a person, in sentences with one thing to do for each."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.desk.gathering import HEADINGS, DeskSection, desk_of, page_after, shortened
from ideahub.http.pages import AnyRequest, page
from ideahub.http.query_numbers import number_in_query
from ideahub.ideas.stages import stage_choice

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]


@get("/desk")
async def show_desk(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """The page of what waits for the viewer, the first items of each section."""
    sections = shortened(await desk_of(db, viewer))
    return _desk_page(request, viewer, sections)


@get("/desk/{section:str}")
async def show_section(
    request: AnyRequest,
    db: Db,
    viewer: CurrentViewer,
    section: FromPath[str],
    after: FromQuery[str] = "",
) -> Response[Any]:
    """All that waits of one kind, in pages; raises NotFound where there is no such section."""
    if section not in HEADINGS:
        raise NotFound
    found = [each for each in await desk_of(db, viewer) if each.key == section]
    pages = [page_after(each, number_in_query(after)) for each in found]
    shown = {
        "only": section,
        "following": pages[0][1] if pages else None,
        "after": bool(after),
    }
    return _desk_page(request, viewer, [each for each, _following in pages], **shown)


def _desk_page(
    request: AnyRequest, viewer: Viewer, sections: list[DeskSection], **shown: Any
) -> Response[Any]:
    return page(
        request,
        viewer,
        "desk/show.html",
        rooms=(f"own:{viewer.id}",),
        sections=sections,
        stage_choice=stage_choice,
        **{"only": "", "following": None, "after": False, **shown},
    )


ROUTES: list[ControllerRouterHandler] = [show_desk, show_section]
