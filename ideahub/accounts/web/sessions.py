"""Handlers for one's own sessions."""

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
from ideahub.accounts.web.cookies import answer_signed_out, browser_of
from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.pages import AnyRequest, page, see_other


@get("/account/sessions")
async def sessions(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """The list of the viewer's sessions."""
    return page(
        request,
        viewer,
        "accounts/sessions.html",
        rooms=(f"person:{viewer.person_id}",),
        sessions=await standing_sessions(db, viewer),
        browser_name=browser_name,
    )


@post("/account/sessions/{session_id:int}/sign-out")
async def end_own_session(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    viewer: NamedDependency[Viewer],
    session_id: FromPath[int],
) -> Response[Any]:
    """Ends one of the viewer's sessions, which may be the present one."""
    # After a double press on the present one, the second request is a stranger's.
    if not await is_session(db, browser_of(request).secret, session_id):
        await end_session(db, viewer, session_id)
        return see_other("/account/sessions", _("That browser is signed out."))
    await end_session_of(db, browser_of(request).secret)
    return answer_signed_out(request, _("You are signed out."))


@post("/account/sessions/others/sign-out")
async def end_others(
    request: AnyRequest, db: NamedDependency[AsyncSession], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """Ends every session but this one, and forgets all other known browsers."""
    await end_other_sessions(db, viewer)
    await forget_other_browsers(db, viewer.person_id, browser_of(request))
    return see_other("/account/sessions", _("Every other browser is signed out."))


ROUTES: list[ControllerRouterHandler] = [sessions, end_own_session, end_others]
