"""Updates open pages when somebody's roles change."""

from collections.abc import Sequence

from sqlalchemy import and_, or_
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.events import Event, Kind
from ideahub.core.viewer import Viewer
from ideahub.http.kept_pages import ALL
from ideahub.organisations.queries import find_person
from ideahub.realtime.admission import Room
from ideahub.realtime.concern import Concern
from ideahub.realtime.hub import Act, Show
from ideahub.realtime.push import Refresh
from ideahub.realtime.rooms import Rooms

ROLE_CHANGES = (Kind.ROLE_GRANTED, Kind.ROLE_REVOKED)


async def show_roles(_db: AsyncSession, event: Event) -> list[Refresh]:
    """Refreshes the person's page, for themselves and for admins."""
    return [Refresh(f"person:{event.subject_id}")]


def check_person_again(rooms: Rooms, event: Event) -> None:
    """Makes the person's open pages connect again, as they may see other things now."""
    if event.subject_id is not None:
        rooms.close_person(event.subject_id)


async def person_room(db: AsyncSession, viewer: Viewer, number: int) -> Concern:
    """The room of a person's page, for whoever may open it: their sessions and roles."""
    await find_person(db, viewer, number)
    own_session = and_(Event.kind == Kind.SESSION_ENDED, Event.actor_id == number)
    own_role = and_(Event.kind.in_(ROLE_CHANGES), Event.subject_id == number)
    kinds = frozenset((Kind.SESSION_ENDED, *ROLE_CHANGES))
    return Concern(kinds=kinds, where=or_(own_session, own_role))


# Names stand on pages of every kind.
CHANGES: dict[Kind, Sequence[str]] = dict.fromkeys(
    (Kind.PERSON_CHANGED, Kind.ORGANISATION_CHANGED), (ALL,)
)
SHOWS: dict[Kind, Sequence[Show]] = {kind: [show_roles] for kind in ROLE_CHANGES}
ROOMS: dict[str, Room] = {"person": person_room}
ACTS: dict[Kind, Act] = dict.fromkeys(ROLE_CHANGES, check_person_again)
