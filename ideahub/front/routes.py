"""The home page, and the operator's own pages."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.i18n import _
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import STRANGER, Viewer
from ideahub.front.news import latest_news
from ideahub.front.own_pages import OWN_PAGES, own_page_html
from ideahub.http.pages import AnyRequest, page
from ideahub.http.slots import Part, PartContext, fill_slots, part_context
from ideahub.ideas.stages import stage_choice


async def news_on_home(context: PartContext, _subject: None) -> dict[str, Any]:
    """The public news."""
    return {"happenings": await latest_news(context.db, STRANGER)}


PARTS = (
    Part(
        page="home",
        key="news",
        find=news_on_home,
        templates={"pair": "front/_news.html"},
        queries=1,
    ),
)


@get("/")
async def home(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """The home page; each of its parts comes from the feature that it shows."""
    slots = await fill_slots(part_context(request, db, viewer), "home", None)
    return page(
        request,
        viewer,
        "front/home.html",
        rooms=("home", *slots.rooms),
        stage_choice=stage_choice,
        **slots.context,
    )


@get([f"/{name}" for name in OWN_PAGES])
async def own_page(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """Privacy, accessibility, imprint, contact: what the operator wrote, or that it is missing."""
    name = request.url.path.strip("/")
    config: Config = request.app.state.config
    return page(
        request,
        viewer,
        "front/own_page.html",
        name=name,
        heading=_(OWN_PAGES[name]),
        text=await own_page_html(config, name),
    )


@get("/gallery")
async def gallery(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """All components on one page, for developers; raises NotFound outside development."""
    config: Config = request.app.state.config
    if not config.development:
        raise NotFound
    return page(request, viewer, "gallery.html")


ROUTES: list[ControllerRouterHandler] = [home, own_page, gallery]
