"""The handler of the WebSocket: /live?cursor=…&language=en&room=idea:7&room=…"""

import logging

from litestar import WebSocket, websocket
from litestar.params import FromQuery

from ideahub.core.connection_queue import QueueTimeout
from ideahub.core.database_faults import ANY_FAULT
from ideahub.realtime.admission import MOST_ROOMS, NoCursor, SessionOver, TooManySockets, admit
from ideahub.realtime.frames import frames_of
from ideahub.realtime.hub import Hub
from ideahub.realtime.rooms import SIGNED_OUT

NO_ROOM = 4404
REFRESH = '{"refresh": true}'
log = logging.getLogger(__name__)


@websocket("/live")
async def live(socket: WebSocket, cursor: FromQuery[int] = 0) -> None:  # type: ignore[type-arg]
    """Sends a page its updates until its browser leaves or its session ends."""
    hub: Hub = socket.app.state.hub
    names = tuple(dict.fromkeys(socket.query_params.getall("room", [])))[:MOST_ROOMS]
    try:
        listener, missed = await admit(socket, names, cursor)
    except (NoCursor, TooManySockets, QueueTimeout, *ANY_FAULT) as reason:
        if not isinstance(reason, NoCursor | TooManySockets):
            log.warning("A page could not listen and will try again: %r", reason)
        # Before it is accepted: browsers then wait longer before each time that they try again.
        await socket.close()
        return
    except SessionOver:
        await socket.accept()
        await socket.close(code=SIGNED_OUT)
        return
    if listener is None:
        await socket.accept()
        await socket.close(code=NO_ROOM)
        return
    if missed:
        listener.send(REFRESH)
    try:
        await socket.accept()
    except BaseException:
        hub.rooms.leave(listener)
        raise
    listener.begin(frames_of(socket.scope), hub.rooms)
