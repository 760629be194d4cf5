"""The handler of the WebSocket: /live?cursor=…&language=en&room=idea:7&room=…"""

import asyncio

from litestar import WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from litestar.params import FromQuery

from ideahub.realtime.admission import MOST_ROOMS, TooManySockets, admit
from ideahub.realtime.frames import frames_of
from ideahub.realtime.hub import Hub
from ideahub.realtime.rooms import SIGNED_OUT, Listener

NO_ROOM = 4404
REFRESH = '{"refresh": true}'


@websocket("/live")
async def live(socket: WebSocket, cursor: FromQuery[int] = 0) -> None:  # type: ignore[type-arg]
    """Sends a page its updates until its browser leaves or its session ends."""
    hub: Hub = socket.app.state.hub
    names = tuple(dict.fromkeys(socket.query_params.getall("room", [])))[:MOST_ROOMS]
    try:
        listener, missed = await admit(socket, names, cursor)
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
