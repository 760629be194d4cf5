"""Handlers for the desk: what waits for a person, in sentences with one thing to do for each."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.desk.gathering import HEADINGS, desk_of, shortened
from ideahub.http.pages import AnyRequest, page
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
    request: AnyRequest, db: Db, viewer: CurrentViewer, section: FromPath[str]
) -> Response[Any]:
    """All that waits of one kind; raises NotFound where there is no such section."""
    if section not in HEADINGS:
        raise NotFound
    sections = [each for each in await desk_of(db, viewer) if each.key == section]
    return _desk_page(request, viewer, sections, section)


def _desk_page(
    request: AnyRequest, viewer: Viewer, sections: list[Any], only: str = ""
) -> Response[Any]:
    return page(
        request,
        viewer,
        "desk/show.html",
        rooms=(f"own:{viewer.id}",),
        sections=sections,
        only=only,
        stage_choice=stage_choice,
    )


ROUTES: list[ControllerRouterHandler] = [show_desk, show_section]
