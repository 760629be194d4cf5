"""Handlers for how long one stays signed in, asked by the script that warns before the end."""

import json
from typing import Any

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.session_limits import WARNED_BEFORE
from ideahub.accounts.web.cookies import browser_of
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest
from ideahub.http.requests import BY_ITSELF, config_of, database_of

JSON = "application/json"


@get("/account/session", opt=BY_ITSELF)
async def time_left(request: AnyRequest) -> Response[Any]:
    """How many seconds are left, and when to warn; asking does not make them more."""
    async with database_of(request).reading() as db:
        return _left(await _viewer(request, db, by_person=False))


@post("/account/session/extension", opt=BY_ITSELF)
async def stay(request: AnyRequest) -> Response[Any]:
    """Counts as opening a page; what is left then. Not more than the session's whole time."""
    async with database_of(request).transaction() as db:
        await _viewer(request, db, by_person=True)
        return _left(await _viewer(request, db, by_person=False))


async def _viewer(request: AnyRequest, db: AsyncSession, *, by_person: bool) -> Viewer:
    # Not whom this process remembers: the time left has to be that of this moment.
    secret, demo = browser_of(request).secret, config_of(request).demo
    return await find_viewer(db, secret, demo=demo, by_person=by_person)


def _left(viewer: Viewer) -> Response[Any]:
    left = viewer.session_seconds if viewer.signed_in and viewer.session_ends else None
    warned = int(WARNED_BEFORE.total_seconds())
    said = {"signed_in": viewer.signed_in, "left": left, "warned_before": warned}
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(said).encode(), status_code=200, media_type=JSON, headers=headers)


ROUTES: list[ControllerRouterHandler] = [time_left, stay]
