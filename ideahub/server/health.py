"""The addresses by which monitoring asks whether the process can serve."""

from litestar import Response, get
from litestar.types import ControllerRouterHandler
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.database_faults import ANY_FAULT
from ideahub.core.db import Database, constant
from ideahub.http.pages import AnyRequest
from ideahub.realtime.hub import Hub
from ideahub.server.migrating import is_current


@get("/healthz", media_type="text/plain")
async def health(request: AnyRequest) -> Response[str]:
    """200 while the process can serve; 503 where only a restart would help."""
    database: Database = request.app.state.database
    if database.queue.is_stuck:
        return Response("stuck: no request is served\n", status_code=503, media_type="text/plain")
    return Response("ok\n", media_type="text/plain")


@get("/readyz", media_type="text/plain")
async def ready(request: AnyRequest) -> Response[str]:
    """200 when database, migrations and listener are well; else 503, and which is not.

    Without its bus the process is right, but tells what happens a second later: it stays ready,
    because the others are no better.
    """
    problems = await _problems(request)
    text_ = "\n".join([*(problems or ["ready"]), *_slower(request)])
    return Response(f"{text_}\n", status_code=503 if problems else 200, media_type="text/plain")


async def _problems(request: AnyRequest) -> list[str]:
    database: Database = request.app.state.database
    hub: Hub = request.app.state.hub
    problems = [] if hub.up.is_set() else ["listener: not connected"]
    try:
        async with database.reading() as db:
            await db.execute(select(constant(1)))
        if isinstance(database.bind, AsyncEngine) and not await is_current(database.bind):
            problems.append("migrations: missing")
    except ANY_FAULT as problem:
        problems.append(f"database: {type(problem).__name__}")
    return problems


def _slower(request: AnyRequest) -> list[str]:
    hub: Hub = request.app.state.hub
    return ["bus: away"] if hub.up.is_set() and not hub.announcements.connection else []


ROUTES: list[ControllerRouterHandler] = [health, ready]
