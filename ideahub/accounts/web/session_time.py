"""Handlers for how long one stays signed in, asked by the script that warns before the end."""

import json
from typing import Any

from litestar import Response, get, post
from litestar.types import ControllerRouterHandler

from ideahub.accounts.finding_viewer import find_viewer
from ideahub.accounts.session_limits import WARNED_BEFORE
from ideahub.accounts.web.cookies import browser_of
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest
from ideahub.http.requests import BY_ITSELF, config_of, database_of


@get("/account/session", opt=BY_ITSELF)
async def time_left(request: AnyRequest) -> Response[Any]:
    """How many seconds are left, and when to warn; asking does not make them more."""
    viewer = await _asked(request, by_person=False)
    return _left(viewer)


@post("/account/session/extension", opt=BY_ITSELF)
async def stay(request: AnyRequest) -> Response[Any]:
    """Counts as opening a page; what is left then. Not more than the session's whole time."""
    await _asked(request, by_person=True)
    return _left(await _asked(request, by_person=False))


async def _asked(request: AnyRequest, *, by_person: bool) -> Viewer:
    # Not whom this process remembers: the time left has to be that of this moment.
    async with database_of(request).reading() as db:
        return await find_viewer(
            db, browser_of(request).secret, demo=config_of(request).demo, by_person=by_person
        )


def _left(viewer: Viewer) -> Response[Any]:
    left = viewer.session_seconds if viewer.signed_in and viewer.session_ends else None
    warned = int(WARNED_BEFORE.total_seconds())
    said = {"signed_in": viewer.signed_in, "left": left, "warned_before": warned}
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(said).encode(), media_type="application/json", headers=headers)


ROUTES: list[ControllerRouterHandler] = [time_left, stay]
