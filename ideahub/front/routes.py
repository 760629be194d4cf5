"""The home page, health, and static files."""

from litestar import Response, asgi, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler, Receive, Scope, Send
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.accounts.viewing import Viewer
from ideahub.assets import serve_static
from ideahub.db import Database
from ideahub.migrating import is_current
from ideahub.pages import AnyRequest, page
from ideahub.realtime.hub import Hub


@asgi("/static", is_mount=True, copy_scope=True)
async def static(scope: Scope, receive: Receive, send: Send) -> None:
    """Built assets and images."""
    await serve_static(scope, receive, send)


@get("/healthz", media_type="text/plain")
async def health() -> str:
    """The process answers."""
    return "ok\n"


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
    except (SQLAlchemyError, OSError) as problem:
        problems.append(f"database: {type(problem).__name__}")
    return problems


@get("/")
async def home(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """The first page."""
    return page(request, viewer, "front/home.html", rooms=("ideas",))


ROUTES: list[ControllerRouterHandler] = [static, health, ready, home]
