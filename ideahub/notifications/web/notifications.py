"""Handlers for what one was told, and for noting that one has read it."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.i18n import _
from ideahub.core.viewer import Viewer
from ideahub.http.forms import line, read_form
from ideahub.http.pages import AnyRequest, page, partial, see_other
from ideahub.http.query_numbers import number_in_query
from ideahub.notifications.live import PAGE_ROOM
from ideahub.notifications.reading import (
    count_unread,
    note_all_read,
    note_read,
    notifications_of,
    path_of,
)

Db = NamedDependency[AsyncSession]
CurrentViewer = NamedDependency[Viewer]
HERE = "/notifications"


@dataclass
class ReadForm:
    """The newest notification that the page showed."""

    up_to: str = line(20)


@get(HERE)
async def show(
    request: AnyRequest, db: Db, viewer: CurrentViewer, before: FromQuery[str] = ""
) -> Response[bytes]:
    """What the viewer was told, the newest first, by challenge."""
    start = number_in_query(before)
    found = await notifications_of(db, viewer, start)
    return page(
        request,
        viewer,
        "notifications/all.html",
        rooms=(f"{PAGE_ROOM}:{viewer.person_id}",),
        found=found,
        newest=found.newest,
        later=start is not None,
    )


@get("/notifications/unread")
async def count(db: Db, viewer: CurrentViewer) -> Response[bytes]:
    """How many the viewer has not read, for the header of a page that was opened."""
    viewer.must_sign_in()
    return partial("notifications/_unread.html", unread=await count_unread(db, viewer))


@get("/notifications/{notification_id:int}")
async def go_there(db: Db, viewer: CurrentViewer, notification_id: FromPath[int]) -> Response[Any]:
    """Redirects to the page that one is about: for links in mails, whose readers sign in first."""
    return see_other(await path_of(db, viewer, notification_id) or HERE)


@post("/notifications/{notification_id:int}/reading")
async def open_one(db: Db, viewer: CurrentViewer, notification_id: FromPath[int]) -> Response[Any]:
    """Notes that one is read, and redirects to the page that it is about."""
    return see_other(await note_read(db, viewer, notification_id) or HERE)


@post("/notifications/reading")
async def read_all(request: AnyRequest, db: Db, viewer: CurrentViewer) -> Response[Any]:
    """Notes that all are read that the page showed, and those before them."""
    form = await read_form(request, ReadForm)
    await note_all_read(db, viewer, number_in_query(form.values.up_to) or 0)
    return see_other(HERE, _("All of them are marked as read."))


ROUTES: list[ControllerRouterHandler] = [show, count, go_there, open_one, read_all]
