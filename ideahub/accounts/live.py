"""Updates open pages when a session ends."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.realtime.hub import Act, Show
from ideahub.realtime.push import Refresh
from ideahub.realtime.rooms import Rooms


async def show_session_end(_db: AsyncSession, event: Event) -> list[Refresh]:
    """Refreshes the person's own pages, such as the list of their sessions."""
    return [Refresh(f"person:{event.actor_id}")]


def close_session(rooms: Rooms, event: Event) -> None:
    """Closes the sockets of the session; their pages say that it has ended."""
    if event.subject_id is not None:
        rooms.close_session(event.subject_id)


SHOWS: dict[Kind, Sequence[Show]] = {Kind.SESSION_ENDED: [show_session_end]}
ACTS: dict[Kind, Act] = {Kind.SESSION_ENDED: close_session}
