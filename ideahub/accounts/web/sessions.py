"""Handlers of where one is signed in."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.browsers import browser_name
from ideahub.accounts.recognising import forget_other_browsers
from ideahub.accounts.sessions import (
    end_other_sessions,
    end_session,
    end_session_of,
    is_session,
    standing_sessions,
)
from ideahub.accounts.web.cookies import browser_of, let_out
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page, see_other


@get("/account/sessions")
async def sessions(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """Where one is signed in."""
    return page(
        request,
        viewer,
        "accounts/sessions.html",
        rooms=(f"person:{viewer.person_id}",),
        sessions=await standing_sessions(db, viewer),
        browser_name=browser_name,
    )


@post("/account/sessions/{session_id:int}/sign-out")
async def end_one(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    session_id: FromPath[int],
) -> Response[Any]:
    """Ends a session of one's own; its open pages go dark at once."""
    # Pressed twice, the second comes from a browser that is signed out already.
    if not await is_session(db, browser_of(request).secret, session_id):
        await end_session(db, viewer, session_id)
        return see_other("/account/sessions", _("That browser is signed out."))
    await end_session_of(db, browser_of(request).secret)
    return let_out(request, _("You are signed out."))


@post("/account/sessions/others/sign-out")
async def end_others(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """Ends every session but this one, and knows no other browser any more."""
    await end_other_sessions(db, viewer)
    await forget_other_browsers(db, viewer.person_id, browser_of(request))
    return see_other("/account/sessions", _("Every other browser is signed out."))


ROUTES: list[ControllerRouterHandler] = [sessions, end_one, end_others]
