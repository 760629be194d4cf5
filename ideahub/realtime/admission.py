"""Lets sockets in: finds who comes, the rooms that they may see, and what they have missed."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from litestar import WebSocket
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.languages import language, offered
from ideahub.core.networks import network
from ideahub.core.paging import MOST
from ideahub.core.refusals import Refused
from ideahub.core.viewer import STRANGER, FindViewer, RememberedViewer, Viewer
from ideahub.http.cookies import cookies_in, session_cookie
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Hub
from ideahub.realtime.rooms import Listener, own_room

MOST_ROOMS = 8
# Looking again, where something has changed meanwhile that may concern who may see what.
MOST_LOOKS = 3

AnySocket = WebSocket[Any, Any, Any]
# Finds what a room shows through the viewer, as its page does; raises Refused where the viewer may
# not see it. Returns which events concern the room.
Room = Callable[[AsyncSession, Viewer, int], Awaitable[Concern]]
RoomsByName = Mapping[str, Room]
Opened = dict[str, Concern]


class TooManySockets(Exception):
    """Its person, or a stranger's network, has as many open as it may have."""


class SessionOver(Exception):
    """The page was rendered for somebody who is not signed in any more."""


class NoCursor(Exception):
    """The number is none that the database has given out."""


async def admit(
    socket: AnySocket, names: tuple[str, ...], cursor: int
) -> tuple[Listener | None, bool]:
    """Joins the rooms that the viewer may see. Returns the listener, None where there is no such
    room, and whether there were events since the page was rendered.

    A stranger, or somebody who is remembered, is let in without a query where the rooms are known
    to be open to everyone. Raises TooManySockets, NoCursor, SessionOver and QueueTimeout.
    """
    if cursor > MOST:
        raise NoCursor
    hub: Hub = socket.app.state.hub
    secret = _secret_of(socket)
    if admitted := _admit_at_once(socket, secret, names, cursor):
        return admitted
    # Those who come back must not take the connections from those who are here.
    async with hub.admissions.session() as db:
        # Meanwhile another one may have asked for the same.
        if admitted := _admit_at_once(socket, secret, names, cursor):
            return admitted
        return await _admit_by_query(socket, db, secret, names, cursor)


def _secret_of(socket: AnySocket) -> str | None:
    config: Config = socket.app.state.config
    sent = dict(socket.scope["headers"]).get(b"cookie", b"")
    return cookies_in(sent.decode("latin-1")).get(session_cookie(config))


def _admit_at_once(
    socket: AnySocket, secret: str | None, names: tuple[str, ...], cursor: int
) -> tuple[Listener | None, bool] | None:
    hub: Hub = socket.app.state.hub
    remembered: RememberedViewer = socket.app.state.remembered_viewer
    viewer = remembered(secret) if secret else STRANGER
    if viewer is None or not all(map(hub.doors.knows, names)):
        return None
    opened = _known(hub, names)
    if viewer.signed_in and len(opened) < len(names):
        return None
    # Nothing is awaited in between, so it does not matter that it joins afterwards.
    missed = [hub.recent.was_missed(concern, cursor) for concern in opened.values()]
    return None if None in missed else (_join(socket, viewer, names, opened), any(missed))


async def _admit_by_query(
    socket: AnySocket, db: AsyncSession, secret: str | None, names: tuple[str, ...], cursor: int
) -> tuple[Listener | None, bool]:
    hub: Hub = socket.app.state.hub
    # A page that connects again by itself does not keep its session from ending.
    find: FindViewer = socket.app.state.find_unused_viewer
    for _look in range(MOST_LOOKS):
        changes = hub.doors.changes
        viewer = await find(db, secret) if secret else STRANGER
        found = await _open_known(hub, db, viewer, names, socket.app.state.rooms)
        if changes == hub.doors.changes:
            break
    if not viewer.signed_in and "signed_in" in socket.query_params:
        raise SessionOver
    # Joins first and looks for missed events then, so that none falls in between.
    listener = _join(socket, viewer, names, found)
    try:
        for concern in found.values():
            if await hub.recent.ask(db, concern, cursor):
                return listener, True
    except BaseException:
        if listener:
            hub.rooms.leave(listener)
        raise
    return listener, False


def _known(hub: Hub, names: tuple[str, ...]) -> Opened:
    concerns = ((name, hub.doors.concern_of(name)) for name in names)
    return {name: concern for name, concern in concerns if concern is not None}


def _may_last_longer(viewer: Viewer) -> bool:
    """Whether using the site makes the session longer: not where it is about to end for good."""
    if viewer.session_ends is None or viewer.session_seconds is None:
        return False
    left = (viewer.session_ends - datetime.now(UTC)).total_seconds()
    # A second for clocks that differ: where it is more, the page asks once more, and is told.
    return left > viewer.session_seconds + 1


def _join(
    socket: AnySocket, viewer: Viewer, names: tuple[str, ...], opened: Opened
) -> Listener | None:
    # Who is signed in listens to what is their own, also where the page has no room.
    if not opened and (names or viewer.id is None):
        return None
    rooms = socket.app.state.hub.rooms
    own = () if viewer.id is None else (own_room(viewer.id),)
    listener = Listener(
        (*opened, *own),
        viewer.id,
        viewer.session_id,
        viewer.session_seconds,
        may_last_longer=_may_last_longer(viewer),
        network=network(socket.client.host) if socket.client else "",
        language=_language_of_page(socket),
    )
    if not rooms.has_place_for(listener):
        raise TooManySockets
    rooms.join(listener)
    return listener


def _language_of_page(socket: AnySocket) -> str:
    # The person may have chosen another language since the page was opened; the page keeps its own.
    named = socket.query_params.get("language")
    return named if named in offered() else language()


async def _open_known(
    hub: Hub, db: AsyncSession, viewer: Viewer, names: tuple[str, ...], rooms: RoomsByName
) -> Opened:
    """`_open`, where what is open to everyone is not asked for again and again."""
    opened: Opened = {}
    for name in names:
        if not hub.doors.knows(name):
            changes = hub.doors.changes
            to_all = (await _open(db, STRANGER, (name,), rooms)).get(name)
            if hub.listening:
                hub.doors.remember(name, to_all, changes)
        else:
            to_all = hub.doors.concern_of(name)
        if to_all is not None:
            opened[name] = to_all
        elif viewer.signed_in:
            opened |= await _open(db, viewer, (name,), rooms)
    return opened


async def _open(
    db: AsyncSession, viewer: Viewer, names: tuple[str, ...], rooms: RoomsByName
) -> Opened:
    opened: Opened = {}
    for name in names:
        kind, _, number = name.partition(":")
        if kind not in rooms or (number and not number.isdecimal()):
            continue
        try:
            opened[name] = await rooms[kind](db, viewer, int(number[:18] or 0))
        except Refused:
            continue
    return opened
