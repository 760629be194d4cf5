"""The home page, health, and static files."""

from litestar import Response, asgi, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler, Receive, Scope, Send
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.accounts.viewing import STRANGER, Viewer
from ideahub.assets import serve_static
from ideahub.campaigns.browsing import Wanted, browse_campaigns
from ideahub.campaigns.models import CampaignKind
from ideahub.campaigns.standing import Standing
from ideahub.config import Config
from ideahub.database_faults import ANY_FAULT
from ideahub.db import Database
from ideahub.front.happening import count_all, count_stages, latest_happenings
from ideahub.front.previewing import ROUTES as PREVIEWING
from ideahub.ideas.browsing import Filters, Order, browse_ideas
from ideahub.ideas.showing import card_context, card_rooms
from ideahub.ideas.stages import stage_choice
from ideahub.migrating import is_current
from ideahub.pages import AnyRequest, page
from ideahub.realtime.hub import Hub
from ideahub.refusals import NotFound

ASKED = 3
RISING = 4


@asgi("/static", is_mount=True, copy_scope=True)
async def static(scope: Scope, receive: Receive, send: Send) -> None:
    """Built assets and images."""
    await serve_static(scope, receive, send)


@get("/healthz", media_type="text/plain")
async def health(request: AnyRequest) -> Response[str]:
    """Whether the process can serve: 503 where only starting it anew would help."""
    database: Database = request.app.state.database
    if database.gate.is_stuck:
        return Response("stuck: no request is served\n", status_code=503, media_type="text/plain")
    return Response("ok\n", media_type="text/plain")


@get("/readyz", media_type="text/plain")
async def ready(request: AnyRequest) -> Response[str]:
    """Database, migrations and listener: 200 when all are well, else 503 and what is not."""
    problems = await _problems(request)
    text_ = "\n".join(problems) or "ready"
    return Response(f"{text_}\n", status_code=503 if problems else 200, media_type="text/plain")


async def _problems(request: AnyRequest) -> list[str]:
    database: Database = request.app.state.database
    hub: Hub = request.app.state.hub
    problems = [] if hub.listening else ["listener: not connected"]
    try:
        async with database.reading() as db:
            await db.execute(text("select 1"))
        if isinstance(database.bind, AsyncEngine) and not await is_current(database.bind):
            problems.append("migrations: missing")
    except ANY_FAULT as problem:
        problems.append(f"database: {type(problem).__name__}")
    return problems


@get("/")
async def home(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """The first page: what is asked, what rises, what became of it."""
    challenges = Wanted(CampaignKind.CHALLENGE, standing=Standing.OPEN)
    asked = await browse_campaigns(db, viewer, challenges)
    boxes = await browse_campaigns(db, viewer, Wanted(CampaignKind.IDEA_BOX))
    rising = (await browse_ideas(db, viewer, Filters(order=Order.RISING))).cards[:RISING]
    return page(
        request,
        viewer,
        "front/home.html",
        rooms=("home", *card_rooms(rising)),
        challenges=asked.cards[:ASKED],
        boxes=boxes.cards[:ASKED],
        figures_of_all=await count_all(db, viewer),
        stage_counts=await count_stages(db, viewer),
        happenings=await latest_happenings(db, STRANGER),
        stage_choice=stage_choice,
        **await card_context(request.app.state.card_parts, db, viewer, rising),
    )


@get("/gallery")
async def gallery(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """Every component at once, for those who build pages; in development only."""
    config: Config = request.app.state.config
    if not config.development:
        raise NotFound
    return page(request, viewer, "gallery.html")


ROUTES: list[ControllerRouterHandler] = [static, health, ready, home, gallery, *PREVIEWING]
