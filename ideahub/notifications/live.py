"""Shows a person at once, on each of their open pages, that they were told something or read it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.refusals import NotFound
from ideahub.core.viewer import Viewer
from ideahub.http.pages import render
from ideahub.notifications.reading import unread_of
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Show
from ideahub.realtime.listened import is_listened
from ideahub.realtime.push import Push, Refresh, RoomMessage
from ideahub.realtime.rooms import own_room

PAGE_ROOM = "notifications"
# In the data of these events: the numbers of the people whom they concern.
PEOPLE = "people"


async def show_unread(db: AsyncSession, event: Event) -> list[RoomMessage]:
    """How many are unread, on all pages of each of the people; their list loads again. Thousands
    may have been told: those are looked up who have a page open here, and each number is rendered
    once."""
    told_to = [int(number) for number in event.data.get(PEOPLE, ())]
    people = [number for number in told_to if is_listened(own_room(number))]
    if not people:
        return []
    unread = await unread_of(db, people)
    counts = {unread.get(number, 0) for number in people}
    shown = {count: render("notifications/_unread.html", unread=count) for count in counts}
    told: list[RoomMessage] = []
    for number in people:
        html = shown[unread.get(number, 0)]
        told += [Push(own_room(number), "unread", html), Refresh(f"{PAGE_ROOM}:{number}")]
    return told


async def notifications_room(_db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of the page of a person's notifications, for themselves only; raises NotFound."""
    if viewer.id is None or number != viewer.id:
        raise NotFound
    return Concern(kinds=frozenset(SHOWS), where=Event.data[PEOPLE].contains([number]))


SHOWS: dict[Kind, Sequence[Show]] = {
    Kind.PEOPLE_TOLD: (show_unread,),
    Kind.NOTIFICATIONS_READ: (show_unread,),
}
ROOMS: dict[str, Room] = {PAGE_ROOM: notifications_room}
