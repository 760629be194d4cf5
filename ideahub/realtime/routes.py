"""The handler of the WebSocket: /live?cursor=…&language=en&room=idea:7&room=…"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromQuery
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.events import Event
from ideahub.core.languages import language, offered
from ideahub.core.networks import network
from ideahub.core.refusals import Refused
from ideahub.core.viewer import FindViewer, Viewer
from ideahub.http.cookies import read_cookies, session_cookie
from ideahub.realtime.frames import frames_of
from ideahub.realtime.hub import Hub
from ideahub.realtime.rooms import SIGNED_OUT, Listener

MOST_ROOMS = 8
NO_ROOM = 4404
REFRESH = '{"refresh": true}'

# Finds what a room shows through the viewer, as its page does; raises Refused where the viewer may
# not see it. Returns the SQL condition for the events that concern the room.
Room = Callable[[AsyncSession, Viewer, int], Awaitable[ColumnElement[bool]]]
RoomsByName = Mapping[str, Room]


class TooManySockets(Exception):
    """Its person, or a stranger's network, has as many open as it may have."""


@websocket("/live")
async def live(socket: WebSocket, cursor: FromQuery[int] = 0) -> None:  # type: ignore[type-arg]
    """Sends a page its updates until its browser leaves or its session ends."""
    hub: Hub = socket.app.state.hub
    names = tuple(dict.fromkeys(socket.query_params.getall("room", [])))[:MOST_ROOMS]
    try:
        listener, missed = await _admit(socket, names, cursor)
    except TooManySockets:
        # Before it is accepted: browsers then wait longer before each time that they try again.
        await socket.close()
        return
    await socket.accept()
    if listener is None:
        await socket.close(code=NO_ROOM)
        return
    listener.frames = frames_of(socket.scope)
    try:
        if missed:
            listener.send(REFRESH)
        await _serve(socket, listener)
    finally:
        hub.rooms.leave(listener)


async def _admit(
    socket: WebSocket,  # type: ignore[type-arg]
    names: tuple[str, ...],
    cursor: int,
) -> tuple[Listener | None, bool]:
    """Joins the rooms that the viewer may see. Returns the listener, None where there is no such
    room, and whether there were events since the page was rendered. Raises TooManySockets."""
    config: Config = socket.app.state.config
    database: Database = socket.app.state.database
    hub: Hub = socket.app.state.hub
    async with database.reading() as db:
        secret = read_cookies(socket).get(session_cookie(config))
        find: FindViewer = socket.app.state.find_viewer
        viewer = await find(db, secret)
        opened = await _open(db, viewer, names, socket.app.state.rooms)
        if not opened:
            return None, False
        # Joins first and looks for missed events then, so that none falls in between.
        listener = Listener(
            tuple(opened),
            viewer.id,
            viewer.session_id,
            viewer.session_seconds,
            network=network(socket.client.host) if socket.client else "",
            language=_language_of_page(socket),
        )
        if not hub.rooms.has_place_for(listener):
            raise TooManySockets
        hub.rooms.join(listener)
        try:
            return listener, await _missed(db, list(opened.values()), cursor)
        except BaseException:
            hub.rooms.leave(listener)
            raise


def _language_of_page(socket: WebSocket) -> str:  # type: ignore[type-arg]
    # The person may have chosen another language since the page was opened; the page keeps its own.
    named = socket.query_params.get("language")
    return named if named in offered() else language()


async def _open(
    db: AsyncSession, viewer: Viewer, names: tuple[str, ...], rooms: RoomsByName
) -> dict[str, ColumnElement[bool]]:
    opened: dict[str, ColumnElement[bool]] = {}
    for name in names:
        kind, _, number = name.partition(":")
        if kind not in rooms or (number and not number.isdecimal()):
            continue
        try:
            opened[name] = await rooms[kind](db, viewer, int(number[:18] or 0))
        except Refused:
            continue
    return opened


async def _missed(db: AsyncSession, concerns: list[ColumnElement[bool]], cursor: int) -> bool:
    for concern in concerns:
        since = exists().where(Event.xact_id >= cursor, concern)
        if (await db.execute(select(since))).scalar_one():
            return True
    return False


async def _serve(socket: WebSocket, listener: Listener) -> None:  # type: ignore[type-arg]
    # Only a read on the socket tells that the browser has gone.
    leaving = asyncio.create_task(_until_gone(socket))
    sending = asyncio.create_task(_send(socket, listener))
    ending = _end_with_session(listener)
    _, rest = await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
    if ending:
        ending.cancel()
    for task in rest:
        task.cancel()
    await asyncio.gather(leaving, sending, return_exceptions=True)


def _end_with_session(listener: Listener) -> asyncio.TimerHandle | None:
    if listener.session_seconds is None:
        return None
    loop = asyncio.get_running_loop()
    return loop.call_later(listener.session_seconds, listener.close, SIGNED_OUT)


async def _until_gone(socket: WebSocket) -> None:  # type: ignore[type-arg]
    try:
        while True:
            await socket.receive_data(mode="text")
    except WebSocketDisconnect:
        return


async def _send(socket: WebSocket, listener: Listener) -> None:  # type: ignore[type-arg]
    while True:
        message = await listener.queue.get()
        if isinstance(message, int):
            await socket.close(code=message)
            return
        await socket.send_text(message)
        listener.waiting -= 1
